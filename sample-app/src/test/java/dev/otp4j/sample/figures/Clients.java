/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.figures;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Clients that post events, each on a connection of its own, one event after the other. */
final class Clients implements AutoCloseable {
    private static final long RETRY_AFTER = TimeUnit.SECONDS.toNanos(1);

    private final int port;
    private final Times times;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean over;

    /**
     * Starts clients.
     *
     * @param rate events per second, of all of them together; 0 for as fast as they can
     */
    Clients(int port, Times times, int number, int rate) {
        this.port = port;
        this.times = times;
        for (int n = 0; n < number; n++) threads.submit(() -> post(number, rate));
    }

    private void post(int number, int rate) {
        long interval = rate == 0 ? 0 : 1_000_000_000L * number / rate;
        long due = System.nanoTime() + (long) (Math.random() * interval);
        while (!over) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    var in = new BufferedInputStream(socket.getInputStream());
                    OutputStream out = socket.getOutputStream()) {
                socket.setTcpNoDelay(true);
                while (!over) {
                    long wait = due - System.nanoTime();
                    if (interval > 0 && wait > 0) LockSupport.parkNanos(wait);
                    due = Math.max(due + interval, System.nanoTime() - 5 * interval);
                    post(in, out);
                }
            } catch (IOException e) {
                // Tomcat closes a connection after a number of requests
            }
        }
    }

    private void post(BufferedInputStream in, OutputStream out) throws IOException {
        int number = times.number();
        byte[] body = Times.body(number);
        var request = new ByteArrayOutputStream();
        request.write(
                Wire.ascii(
                        "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                                + " application/json\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n"));
        request.write(body);
        request.writeTo(out);
        String status = Wire.read(in).start();
        if (status.contains(" 202")) {
            times.accepted(number);
        } else {
            refused.incrementAndGet();
            if (!status.contains(" 503")) throw new AssertionError(status);
            LockSupport.parkNanos(RETRY_AFTER);
        }
    }

    int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        over = true;
        threads.close();
    }
}
