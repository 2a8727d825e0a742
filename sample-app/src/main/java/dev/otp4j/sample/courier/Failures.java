/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.ExitReason;
import dev.otp4j.sample.courier.Failure.Category;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.jspecify.annotations.Nullable;

/** Tells from an exception why a request had no answer, and whether the relay itself failed. */
final class Failures {
    private static final int MAX_CAUSES = 20;

    private Failures() {}

    /** The outcome of a request that ended with an exception. */
    static Answer of(Throwable failure) {
        if (causes(failure).anyMatch(Failures::isOutOfMemory)) {
            return new Answer.NotMade("the relay has no memory left");
        }
        if (causes(failure).anyMatch(Failures::isOutOfFiles)) {
            return new Answer.NotMade("the relay has no file descriptors left");
        }
        return new Answer.None(
                causes(failure)
                        .flatMap(cause -> Stream.ofNullable(known(cause)))
                        .findFirst()
                        .orElseGet(
                                () ->
                                        new Failure(
                                                Category.OTHER,
                                                failure.getClass().getSimpleName())));
    }

    /** The outcome of a request whose process ended without an answer. */
    static Answer of(ExitReason reason) {
        if (reason instanceof ExitReason.Abnormal(Throwable cause)) return of(cause);
        return new Answer.NotMade("the process of the request ended: " + reason);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(MAX_CAUSES);
    }

    private static boolean isOutOfMemory(Throwable cause) {
        return cause instanceof OutOfMemoryError;
    }

    /**
     * Without a file descriptor no name can be resolved, and the resolver does not say that this is
     * the reason.
     */
    private static boolean isOutOfFiles(Throwable cause) {
        return switch (cause) {
            case AddressRefusedException refused -> false;
            case UnknownHostException unknown -> !canOpenSocket();
            case IOException failure -> saysTooManyFiles(failure);
            default -> false;
        };
    }

    private static boolean saysTooManyFiles(IOException failure) {
        String message = failure.getMessage();
        return message != null && message.contains("Too many open files");
    }

    private static boolean canOpenSocket() {
        try (var channel = DatagramChannel.open()) {
            return channel.isOpen();
        } catch (IOException e) {
            return !saysTooManyFiles(e);
        }
    }

    private static @Nullable Failure known(Throwable cause) {
        return switch (cause) {
            case AddressRefusedException e -> Failure.of(Category.ADDRESS_NOT_ALLOWED);
            case UnknownHostException e -> Failure.of(Category.UNKNOWN_HOST);
            case SocketTimeoutException e -> Failure.of(Category.TIMEOUT);
            case NoRouteToHostException e -> Failure.of(Category.UNREACHABLE);
            case SocketException e when isUnreachable(e) -> Failure.of(Category.UNREACHABLE);
            case ConnectException e -> Failure.of(Category.REFUSED);
            case SSLException e -> new Failure(Category.NO_TLS, e.getMessage());
            case MessageConstraintException e -> Failure.of(Category.NOT_HTTP);
            case NoHttpResponseException e -> Failure.of(Category.CLOSED);
            case ConnectionClosedException e -> Failure.of(Category.CLOSED);
            case SocketException e -> Failure.of(Category.CLOSED);
            case HttpException e -> Failure.of(Category.NOT_HTTP);
            default -> null;
        };
    }

    private static boolean isUnreachable(SocketException e) {
        return e.getMessage() != null && e.getMessage().contains("unreachable");
    }
}
