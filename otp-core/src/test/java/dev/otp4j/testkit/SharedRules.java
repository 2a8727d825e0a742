/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.TimeUnit;

/** Rules that the architecture tests of several modules check. */
public final class SharedRules {
    private static final DescribedPredicate<JavaMethodCall> SLEEP =
            DescribedPredicate.describe(
                    "Thread.sleep or TimeUnit.sleep",
                    call ->
                            call.getName().equals("sleep")
                                    && (call.getTargetOwner().isEquivalentTo(Thread.class)
                                            || call.getTargetOwner()
                                                    .isEquivalentTo(TimeUnit.class)));

    /** No class makes its thread sleep. */
    public static final ArchRule NOTHING_SLEEPS = noClasses().should().callMethodWhere(SLEEP);

    private SharedRules() {}
}
