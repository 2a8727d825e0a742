/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/** Leaves all components out of the scan, unless an include filter names them. */
final class ActorTypeExcludeFilter
        extends StandardAnnotationCustomizableTypeExcludeFilter<ActorTest> {
    ActorTypeExcludeFilter(Class<?> testClass) {
        super(testClass);
    }

    @Override
    protected boolean isUseDefaultFilters() {
        return true;
    }
}
