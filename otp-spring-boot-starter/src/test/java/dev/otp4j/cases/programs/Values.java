/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

/** What a program has found out, for the test that started it. */
final class Values {
    private Values() {}

    /** On a line of its own, even if the JVM is in the middle of one. */
    static void print(String name, String value) {
        System.out.print("\n" + name + "=" + value + "\n");
        System.out.flush();
    }
}
