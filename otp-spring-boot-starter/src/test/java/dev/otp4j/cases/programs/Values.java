/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

/** Prints the results of a program, for the test that started it. */
final class Values {
    private Values() {}

    /** Prints a result on a line of its own, even if the JVM has not finished its current line. */
    static void print(String name, String value) {
        System.out.print("\n" + name + "=" + value + "\n");
        System.out.flush();
    }
}
