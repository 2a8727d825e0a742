/* SPDX-License-Identifier: Apache-2.0 */
/** Compiles and runs the tutorial and the page for newcomers, unchanged. */
@NullMarked
package dev.otp4j.spring.test.guide;

import org.jspecify.annotations.NullMarked;
