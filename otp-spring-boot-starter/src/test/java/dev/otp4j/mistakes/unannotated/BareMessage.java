/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.mistakes.unannotated;

/** What {@link Bare} accepts. */
public record BareMessage() {}
