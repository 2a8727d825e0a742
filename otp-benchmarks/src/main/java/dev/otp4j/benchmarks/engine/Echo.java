/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

/** A request for the same number back. */
public record Echo(int number, Address<Integer> replyTo) {}
