/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/**
 * Bootstraps the contexts of {@link ActorTest}. The application's properties may tune actors that
 * the slice leaves out, so unknown names do not fail its start.
 */
final class ActorTestContextBootstrapper extends TestSliceTestContextBootstrapper<ActorTest> {
    private static final String LENIENT = "otp.supervision.fail-on-unknown-names=false";

    @Override
    protected String @Nullable [] getProperties(Class<?> testClass) {
        String[] own = super.getProperties(testClass);
        return Stream.concat(Stream.of(LENIENT), own == null ? Stream.empty() : Stream.of(own))
                .toArray(String[]::new);
    }
}
