/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Five supervisors with their workers and traffic, in a JVM that has no free memory for some
 * seconds.
 */
public final class ExhaustedBranches {
    private static final int BRANCHES = 5;
    private static final int WORKERS = 4;
    private static final Duration DROUGHT = Duration.ofSeconds(5);
    private static final Duration RECOVERY = Duration.ofSeconds(15);
    private static final long STEP = 2_000_000L;
    private static final int RESTARTS = 100_000;

    private static volatile boolean traffic = true;
    private static volatile boolean drought = true;
    private static volatile Object sink;

    private ExhaustedBranches() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        var names = new ArrayList<List<Name<Allocator.Message>>>();
        OtpSystem system = OtpSystem.builder("cases").root(() -> root(names)).build();
        for (int b = 0; b < BRANCHES; b++) {
            var branch = new ArrayList<Name<Allocator.Message>>();
            for (int w = 0; w < WORKERS; w++) {
                branch.add(Allocator.name(system.runtime(), "worker" + b + "-" + w));
            }
            names.add(branch);
        }
        system.start();
        var hog = new Hog();
        Thread hogging = Thread.ofPlatform().daemon().unstarted(() -> keepExhausted(hog));
        Thread sending = Thread.ofPlatform().daemon().unstarted(() -> sendTo(names));
        sending.start();
        hogging.start();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < DROUGHT.toNanos()) LockSupport.parkNanos(STEP);
        drought = false;
        traffic = false;
        hogging.join();
        hog.letGo();
        sending.join();
        report(system, names);
        Runtime.getRuntime().halt(0);
    }

    private static StaticSupervisor.Builder root(List<List<Name<Allocator.Message>>> names) {
        var root = StaticSupervisor.oneForOne().restartTolerance(RESTARTS, Duration.ofSeconds(60));
        for (int b = 0; b < names.size(); b++) {
            var branch =
                    StaticSupervisor.oneForOne().restartTolerance(RESTARTS, Duration.ofSeconds(60));
            for (Name<Allocator.Message> name : names.get(b)) {
                branch = branch.add(Allocator.child(name, ExhaustedBranches::allocate));
            }
            root = root.add(branch.supervised("branch" + b));
        }
        return root;
    }

    /** Fails while there is no memory. */
    private static void allocate(int number) {
        Object[] chain = null;
        for (int i = 0; i < 100 && drought; i++) chain = new Object[] {chain, new byte[16 * 1024]};
        sink = chain;
        sink = null;
    }

    /** Releases a little memory now and then, so that traffic continues. */
    private static void keepExhausted(Hog hog) {
        while (drought) {
            try {
                hog.exhaust();
            } catch (OutOfMemoryError full) {
                LockSupport.parkNanos(STEP);
                hog.letGoSome();
                LockSupport.parkNanos(STEP);
            }
        }
    }

    private static void sendTo(List<List<Name<Allocator.Message>>> names) {
        int sent = 0;
        while (traffic) {
            try {
                var branch = names.get(sent % BRANCHES);
                branch.get(sent / BRANCHES % WORKERS).subject().send(new Allocator.Work(sent));
            } catch (Throwable failed) {
                // no memory, or the receiver does not run
            }
            sent++;
            if (sent % 50 == 0) LockSupport.parkNanos(STEP);
        }
    }

    private static void report(OtpSystem system, List<List<Name<Allocator.Message>>> names) {
        long end = System.nanoTime() + RECOVERY.toNanos();
        int answer = 0;
        while (answer < BRANCHES
                && System.nanoTime() < end
                && system.state() == OtpSystem.State.RUNNING) {
            answer = 0;
            for (var branch : names) {
                if (allAnswer(branch)) answer++;
            }
        }
        Values.print("state", "" + system.state());
        Values.print("restarts", "" + system.restarts());
        Values.print("branches that answer", "" + answer + " of " + BRANCHES);
        Values.print("stopped", "" + system.stop(Duration.ofSeconds(5)));
    }

    private static boolean allAnswer(List<Name<Allocator.Message>> branch) {
        for (Name<Allocator.Message> name : branch) {
            if (!Allocator.answers(name, Duration.ofMillis(500))) return false;
        }
        return true;
    }
}
