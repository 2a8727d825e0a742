/**
 * What the relay knows: subscriptions, events and how far their deliveries are.
 *
 * <p>Belongs here: the database, the actor that owns its writes, and how to call it.
 *
 * <p>May use: nothing else of the application.
 *
 * <p>Secret: the tables, and how a change is made exactly once although its writer can be killed.
 */
@NullMarked
package dev.otp4j.sample.ledger;

import org.jspecify.annotations.NullMarked;
