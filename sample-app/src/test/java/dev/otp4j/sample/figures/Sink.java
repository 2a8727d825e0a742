/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.figures;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A subscriber's server. The first part of the path says how it answers. */
final class Sink implements AutoCloseable {
    private static final byte[] TAKEN = Wire.ascii("HTTP/1.1 204 No Content\r\n\r\n");
    private static final byte[] BROKEN =
            Wire.ascii("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Times times;

    Sink(Times times) {
        this.times = times;
        try {
            server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.submit(this::accept);
    }

    /** How an endpoint answers. */
    enum Manner {
        /** With success; arrivals are recorded. */
        HEALTHY,
        /** With success; arrivals are not recorded. */
        QUIET,
        /** With the status 500. */
        BROKEN,
        /** Not at all. */
        HANGING
    }

    String url(Manner manner, int number) {
        return "http://localhost:%d/%s/%d"
                .formatted(server.getLocalPort(), manner.name().toLowerCase(Locale.ROOT), number);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                threads.submit(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket;
                var in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            socket.setTcpNoDelay(true);
            while (true) {
                Wire request = Wire.read(in);
                String[] path = request.start().split(" ")[1].split("/");
                switch (Manner.valueOf(path[1].toUpperCase(Locale.ROOT))) {
                    case HEALTHY -> {
                        times.arrived(Integer.parseInt(path[2]), request.body());
                        out.write(TAKEN);
                    }
                    case QUIET -> out.write(TAKEN);
                    case BROKEN -> out.write(BROKEN);
                    case HANGING -> {}
                }
            }
        } catch (IOException e) {
            // the relay has closed the connection
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
