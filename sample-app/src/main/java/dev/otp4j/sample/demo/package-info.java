/**
 * A subscriber that comes with the relay, for trials: only with {@code relay.demo=true}.
 *
 * <p>Belongs here: its server, its modes, and the check of signatures as any subscriber makes it.
 *
 * <p>May use: {@code ledger} to subscribe, {@code courier} for the addresses that are allowed.
 *
 * <p>Secret: how it answers.
 */
@NullMarked
package dev.otp4j.sample.demo;

import org.jspecify.annotations.NullMarked;
