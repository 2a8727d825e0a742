/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The supervision tree as an actuator endpoint.
 *
 * <p>Belongs here: the endpoint and the descriptors that it returns. May use: the core's {@code
 * supervisor}, Boot's actuator. Secret: how the engine's values become JSON.
 */
@NullMarked
package dev.otp4j.actuate.endpoint;

import org.jspecify.annotations.NullMarked;
