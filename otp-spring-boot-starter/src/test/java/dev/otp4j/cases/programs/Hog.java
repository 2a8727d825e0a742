/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

/** Takes all memory that there is, to the last bytes, until it is told to let go. */
final class Hog {
    private static final int LARGEST = 1 << 20;

    private static final int SOME = 1 << 17;

    private record Cell(Cell next, byte[] ballast) {}

    private volatile Cell held;

    /** Ends with the error, always. */
    void exhaust() {
        for (int size = LARGEST; ; size /= 2) {
            try {
                while (true) held = new Cell(held, new byte[size]);
            } catch (OutOfMemoryError full) {
                if (size == 0) throw full;
            }
        }
    }

    /** Gives up the first of what it has. */
    void letGoSome() {
        int freed = 0;
        Cell first = held;
        while (first != null && freed < SOME) {
            freed += first.ballast().length;
            first = first.next();
        }
        held = first;
    }

    void letGo() {
        held = null;
    }
}
