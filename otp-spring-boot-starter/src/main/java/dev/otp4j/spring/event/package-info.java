/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Events of the supervision tree, published to the listeners of the application context.
 *
 * {@snippet :
 * @EventListener
 * void page(SupervisorGaveUpEvent event) { … }
 * }
 *
 * <p>Belongs here: one class for each kind of event. May use: the core's {@code application},
 * {@code supervisor} and {@code process}. Secret: nothing; {@code autoconfigure} publishes them.
 */
@NullMarked
package dev.otp4j.spring.event;

import org.jspecify.annotations.NullMarked;
