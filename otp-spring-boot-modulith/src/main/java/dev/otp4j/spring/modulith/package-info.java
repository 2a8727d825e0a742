/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Durable delivery: events of Spring Modulith whose publications complete when an actor has handled
 * them.
 *
 * {@snippet :
 * @Bean
 * DurableTarget<OrderPlaced> invoicingTarget(Subject<Invoicing.Message> invoicing) {
 *     return DurableTarget.of("invoicing", OrderPlaced.class, OrderPlaced::id)
 *             .calling(invoicing, Invoicing.Bill::new);
 * }
 * }
 *
 * <p>Belongs here: what applications declare and ask. May use: {@code process}. Secret: nothing.
 */
@NullMarked
package dev.otp4j.spring.modulith;

import org.jspecify.annotations.NullMarked;
