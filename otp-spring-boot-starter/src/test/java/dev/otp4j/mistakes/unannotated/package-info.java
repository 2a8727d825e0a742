/* SPDX-License-Identifier: Apache-2.0 */
/** A package that a component scan of a test searches. */
@NullMarked
package dev.otp4j.mistakes.unannotated;

import org.jspecify.annotations.NullMarked;
