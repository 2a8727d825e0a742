/**
 * Delivers the events of one subscription, in order.
 *
 * <p>Belongs here: the courier actor, the signature, the HTTP request, the delays.
 *
 * <p>May use: {@code ledger}.
 *
 * <p>Secret: how an event becomes a signed request, and when it is tried again.
 */
@NullMarked
package dev.otp4j.sample.courier;

import org.jspecify.annotations.NullMarked;
