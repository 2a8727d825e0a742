/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Auto-configuration of durable delivery, and what it consists of: a listener for each target,
 * actors that send, keep the books and try again, and what shows them.
 *
 * <p>The way of an event: {@code TargetListener} hears of it in the transaction, {@code Dispatcher}
 * calls the target after the commit, {@code Bookkeeper} marks the publication as completed or
 * failed. {@code Resubmitter} takes what failed or is stale from the database, through {@code
 * Publications}, and gives it to the dispatcher again.
 *
 * <p>Belongs here: beans, conditions, and these parts. May use: the starter's public types, Spring
 * Modulith, JDBC, Boot. Secret: which attempt of a publication is whose.
 */
@NullMarked
package dev.otp4j.spring.modulith.autoconfigure;

import org.jspecify.annotations.NullMarked;
