/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** Bootstraps the contexts of {@link ActorTest}. */
final class ActorTestContextBootstrapper extends TestSliceTestContextBootstrapper<ActorTest> {}
