/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Actors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * An instance of an application in a JVM of its own: it writes to the arbiter as often as it can
 * while it has the lease. Ends when its standard input does.
 */
final class LeaseProcess {
    private LeaseProcess() {}

    /** Arguments: name, URL of the database, port of the arbiter, TTL in ms. */
    public static void main(String[] args) throws Exception {
        String name = args[0];
        int garbage = Integer.getInteger("lease.garbage", 0);
        if (garbage > 0) Thread.ofPlatform().daemon().start(() -> collect(garbage));
        var store =
                JdbcLeaseStore.of(
                        () -> DriverManager.getConnection(args[1], "postgres", "postgres"));
        var ttl = Duration.ofMillis(Long.parseLong(args[3]));
        LeaseKeeper keeper =
                LeaseKeeper.builder(store)
                        .instance(name)
                        .ttl(ttl)
                        .pollInterval(Duration.ofMillis(100))
                        .build();
        var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[2]));
        socket.setTcpNoDelay(true);
        var out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
        var in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        Singleton singleton =
                Singleton.of(keeper, "proof", tenure -> writer(out, in, name, tenure));
        OtpSystem system =
                OtpSystem.builder(name)
                        .root(() -> StaticSupervisor.oneForOne().add(singleton.supervised()))
                        .build();
        system.start();
        while (System.in.read() >= 0) LockSupport.parkNanos(1);
        system.stop(Duration.ofSeconds(5));
        keeper.close();
    }

    /** Has the collector move so many objects again and again. */
    @SuppressWarnings("InfiniteLoopStatement")
    private static void collect(int objects) {
        var live = new ArrayDeque<long[]>();
        for (int i = 0; i < objects; i++) live.add(new long[8]);
        while (true) {
            for (int i = 0; i < objects / 10; i++) {
                live.poll();
                live.add(new long[8]);
            }
            long begun = System.nanoTime();
            System.gc();
            long took = System.nanoTime() - begun;
            System.out.printf("collected in %d ms%n", took / 1_000_000);
            LockSupport.parkNanos(took / 2);
        }
    }

    private static ChildSpecification<?> writer(
            PrintWriter out, BufferedReader in, String name, Tenure tenure) {
        return ChildSpecification.worker(
                "writer",
                () -> {
                    var child = Actors.running().trapExits(true).interruptOnKill(false).start();
                    write(child.data(), out, in, name, tenure);
                    return child;
                });
    }

    /** One write for each message, until one is refused. */
    private static void write(
            Subject<Runnable> self,
            PrintWriter out,
            BufferedReader in,
            String name,
            Tenure tenure) {
        self.trySend(
                () -> {
                    if (isAccepted(out, in, name + " " + tenure.token()))
                        write(self, out, in, name, tenure);
                });
    }

    private static boolean isAccepted(PrintWriter out, BufferedReader in, String write) {
        LockSupport.parkNanos(1_000_000);
        synchronized (out) { // of one tenure after another
            out.println(write);
            try {
                return "accepted".equals(in.readLine());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
