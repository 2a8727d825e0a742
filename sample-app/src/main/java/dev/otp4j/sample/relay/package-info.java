/**
 * The tree, and the dispatcher that sees to it that each subscription has its courier.
 *
 * <p>Belongs here: what supervises what, and who is told of news.
 *
 * <p>May use: {@code ledger}, {@code courier}.
 *
 * <p>Secret: which couriers run.
 */
@NullMarked
package dev.otp4j.sample.relay;

import org.jspecify.annotations.NullMarked;
