/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Twenty handlers take all memory and fail. The memory is released when all have failed. */
public final class ExhaustedActors {
    private static final int ACTORS = 20;
    private static final long LONGEST = 5_000_000_000L;
    private static final long MORE = 1_000_000_000L;
    private static final long STEP = 5_000_000L;
    private static final Hog[] HOGS = new Hog[ACTORS];
    private static final AtomicInteger BEGUN = new AtomicInteger();
    private static final AtomicInteger FAILED = new AtomicInteger();
    private static volatile boolean all;

    private ExhaustedActors() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        var names = new ArrayList<Name<Allocator.Message>>();
        OtpSystem system = OtpSystem.builder("cases").root(() -> root(names)).build();
        for (int i = 0; i < ACTORS; i++) {
            HOGS[i] = new Hog();
            names.add(Allocator.name(system.runtime(), "actor" + i));
        }
        system.start();
        rehearse(names);
        for (int i = 0; i < ACTORS; i++) names.get(i).subject().send(new Allocator.Work(i));
        while (BEGUN.get() < ACTORS) Thread.onSpinWait();
        all = true;

        endure(ACTORS, MORE);
        giveBack();

        int answer = 0;
        Duration patience = Duration.ofSeconds(15);
        for (Name<Allocator.Message> name : names) {
            if (!Allocator.answers(name, patience)) patience = Duration.ofMillis(100);
            else answer++;
        }
        Values.print("failed", "" + FAILED + " of " + ACTORS);
        Values.print("answer", "" + answer + " of " + ACTORS);
        Runtime.getRuntime().halt(0);
    }

    /** Does once what this thread does again later, because the first time would need memory. */
    private static void rehearse(List<Name<Allocator.Message>> names) {
        for (Name<Allocator.Message> name : names) {
            if (!Allocator.answers(name, Duration.ofSeconds(5))) throw new AssertionError(name);
        }
        endure(0, 0);
        giveBack();
        for (int i = 0; i < ACTORS; i++) HOGS[i] = new Hog();
    }

    /** Releases the memory for good: a handler that runs later cannot take it again. */
    private static void giveBack() {
        for (int i = 0; i < ACTORS; i++) HOGS[i].letGoForGood();
    }

    /**
     * Waits until all handlers have failed, and {@code more} nanoseconds after that. Needs no
     * memory.
     */
    private static void endure(int actors, long more) {
        long begun = System.nanoTime();
        while (FAILED.get() < actors && System.nanoTime() - begun < LONGEST) {
            LockSupport.parkNanos(STEP);
        }
        long failed = System.nanoTime();
        while (System.nanoTime() - failed < more) LockSupport.parkNanos(STEP);
    }

    private static StaticSupervisor.Builder root(List<Name<Allocator.Message>> names) {
        var root = StaticSupervisor.oneForOne().restartTolerance(1_000, Duration.ofSeconds(60));
        for (Name<Allocator.Message> name : names) {
            root = root.add(Allocator.child(name, ExhaustedActors::takeAll));
        }
        return root;
    }

    private static void takeAll(int number) {
        BEGUN.incrementAndGet();
        try {
            while (!all) Thread.yield();
            HOGS[number].exhaust();
        } catch (OutOfMemoryError full) {
            FAILED.incrementAndGet();
            throw full;
        }
    }
}
