/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Messages that are sent when a transaction commits.
 *
 * {@snippet :
 * AfterCommit.send(shipping, new Paid(order));
 * }
 *
 * <p>Belongs here: what joins the sends of actors to Spring's transactions. May use: {@code
 * process}, {@code spring-tx}. Secret: what is kept until the commit. An application may have no
 * {@code spring-tx}; then it has no transactions either.
 */
@NullMarked
package dev.otp4j.spring.transaction;

import org.jspecify.annotations.NullMarked;
