/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.process.Name;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Vacancy;
import dev.otp4j.spring.modulith.DurableTarget;
import dev.otp4j.spring.modulith.TargetInfo;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.modulith.events.core.PublicationTargetIdentifier;

/** A target, with the names of its actors. One for the life of the context. */
final class TargetDesk<E> {
    private final DurableTarget<E> target;
    private final DurableDeliveryProperties settings;
    final Tally tally = new Tally();
    final Name<Dispatcher.Message> dispatcher;
    final Name<Bookkeeper.Entry> bookkeeper;

    TargetDesk(
            DurableTarget<E> target, DurableDeliveryProperties settings, ProcessRuntime runtime) {
        this.target = target;
        this.settings = settings;
        var holding = Vacancy.holding(settings.queueCapacity());
        this.dispatcher = Name.create(runtime, target.name() + "-dispatcher", holding);
        this.bookkeeper = Name.create(runtime, target.name() + "-bookkeeper", holding);
    }

    DurableTarget<E> target() {
        return target;
    }

    String name() {
        return target.name();
    }

    /** What the stored publications call the target. */
    String listenerId() {
        return "otp:" + target.name();
    }

    PublicationTargetIdentifier identifier() {
        return PublicationTargetIdentifier.of(listenerId());
    }

    DurableDeliveryProperties settings() {
        return settings;
    }

    Duration timeout() {
        return target.timeout().orElse(settings.timeout());
    }

    /** {@return whether an attempt can still end before it counts as lost} */
    boolean isInTime(Attempt attempt, long now) {
        return attempt.age(now).plus(timeout()).compareTo(settings.staleness()) <= 0;
    }

    /** {@return whether an attempt counts as lost, so that it may be tried elsewhere} */
    boolean isLost(Attempt attempt, long now) {
        return attempt.age(now).compareTo(settings.staleness()) >= 0;
    }

    CompletableFuture<?> call(Object event) {
        return target.call(target.type().cast(event), timeout());
    }

    @Nullable Object id(Object event) {
        return target.id(target.type().cast(event));
    }

    /** {@return whether an event has an id} One whose id cannot be made has none. */
    boolean hasId(Object event) {
        try {
            return id(event) != null;
        } catch (RuntimeException failure) {
            return false;
        }
    }

    /** The id for texts, whatever the target's function does. */
    String idText(Object event) {
        try {
            return String.valueOf(id(event));
        } catch (RuntimeException failure) {
            return "(%s)".formatted(failure);
        }
    }

    /** Which attempt it is, for texts. The last one says what becomes of the event. */
    String count(int attempt) {
        int most = settings.maxAttempts();
        String text = "attempt %d of %d".formatted(attempt, most);
        return attempt < most
                ? text
                : text + "; the event is given up, the endpoint 'otpdelivery' can deliver it again";
    }

    TargetInfo info() {
        return new TargetInfo(
                name(),
                target.type().getName(),
                tally.waiting,
                tally.handled.get(),
                tally.failed.get(),
                tally.resubmitted.get(),
                tally.leftToLater.get(),
                tally.givenUp,
                tally.lastFailure);
    }
}
