/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.aot.messages;

import dev.otp4j.process.Subject;

/** A message type of another package than its actor's. */
public record Order(String text, Subject<String> replyTo) {}
