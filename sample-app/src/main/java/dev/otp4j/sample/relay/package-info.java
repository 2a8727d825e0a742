/**
 * The supervision tree, and the dispatcher that gives each active subscription a courier.
 *
 * <p>Belongs here: the structure of the tree, and the receivers of news.
 *
 * <p>May use: {@code ledger}, {@code courier}.
 *
 * <p>Secret: which couriers run.
 */
@NullMarked
package dev.otp4j.sample.relay;

import org.jspecify.annotations.NullMarked;
