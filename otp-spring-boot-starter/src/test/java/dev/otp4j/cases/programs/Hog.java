/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

/** Takes all free memory, to the last bytes, until it is asked to release it. */
final class Hog {
    private static final int LARGEST = 1 << 20;

    private static final int SOME = 1 << 17;

    private record Cell(Cell next, byte[] ballast) {}

    private volatile Cell held;
    private volatile boolean over;

    /** Takes all memory. Always ends with an {@code OutOfMemoryError}. */
    void exhaust() {
        for (int size = LARGEST; ; size /= 2) {
            try {
                while (!over) held = new Cell(held, new byte[size]);
                held = null;
                throw new OutOfMemoryError("too late to take memory");
            } catch (OutOfMemoryError full) {
                if (size == 0 || over) throw full;
            }
        }
    }

    /** Releases part of the memory that it holds. */
    void letGoSome() {
        int freed = 0;
        Cell first = held;
        while (first != null && freed < SOME) {
            freed += first.ballast().length;
            first = first.next();
        }
        held = first;
    }

    /** Releases everything and takes no memory any more: {@link #exhaust} fails at once. */
    void letGoForGood() {
        over = true;
        held = null;
    }

    void letGo() {
        held = null;
    }
}
