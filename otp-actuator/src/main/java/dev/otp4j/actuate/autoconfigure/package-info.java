/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Auto-configuration of the endpoint, the health indicator and the meters.
 *
 * <p>Belongs here: conditions. May use: the other packages of {@code actuate}, the core, Boot.
 * Secret: which parts of Boot's actuator may be absent.
 */
@NullMarked
package dev.otp4j.actuate.autoconfigure;

import org.jspecify.annotations.NullMarked;
