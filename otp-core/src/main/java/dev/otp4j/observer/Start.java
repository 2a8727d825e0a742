/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import java.time.Duration;
import java.time.Instant;

/**
 * A start of a child: how long its initialiser took.
 *
 * <p>Components may be added: do not rely on the constructor.
 *
 * @param order its place among the starts of the present life of the system, from 1
 * @param at when the child was initialised, by the wall clock
 * @param path path of the child
 * @param definition what it is an instance of
 * @param took time from the call of its start function until it was initialised; of a supervisor
 *     this includes its children
 * @param restart whether it was started again
 * @since 0.1.0
 */
public record Start(
        long order, Instant at, String path, String definition, Duration took, boolean restart) {}
