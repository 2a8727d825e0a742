/**
 * The data of the relay: subscriptions, events and the state of their deliveries.
 *
 * <p>Belongs here: the database, the actor that owns its writes, and how to call it.
 *
 * <p>May use: nothing else of the application.
 *
 * <p>Secret: the tables, and how a change is made exactly once even if its writer is killed.
 */
@NullMarked
package dev.otp4j.sample.ledger;

import org.jspecify.annotations.NullMarked;
