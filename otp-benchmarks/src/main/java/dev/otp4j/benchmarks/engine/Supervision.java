/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

/** A supervisor and its children, described but not started yet. */
public interface Supervision {
    /** Starts supervisor and children; returns when the last child is initialised. */
    void start() throws InterruptedException;

    /** Stops supervisor and children. */
    void stop() throws InterruptedException;
}
