/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Supervised actors as Spring beans: what an application writes to declare its supervision tree.
 *
 * <p>Belongs here: the annotations, and the exception for a tree that cannot be built from them.
 * May use: {@code process}, {@code actor}, {@code supervisor}, Spring's core. Secret: nothing;
 * {@code spring.autoconfigure} builds the tree.
 */
@NullMarked
package dev.otp4j.spring;

import org.jspecify.annotations.NullMarked;
