/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import dev.otp4j.process.DropReason;
import java.time.Instant;

/**
 * Messages of one type that reached no handler of one receiver for one reason.
 *
 * <p>Components may be added: do not rely on the constructor.
 *
 * @param reason why
 * @param receiver definition or name of the receiver
 * @param type class name of the messages
 * @param count number of messages
 * @param first time of the first one
 * @param last time of the last one
 * @since 0.1.0
 */
public record Dropped(
        DropReason reason, String receiver, String type, long count, Instant first, Instant last) {}
