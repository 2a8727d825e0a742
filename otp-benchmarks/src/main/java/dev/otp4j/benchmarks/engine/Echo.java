/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

/** A request that the receiver answers with the same number. */
public record Echo(int number, Address<Integer> replyTo) {}
