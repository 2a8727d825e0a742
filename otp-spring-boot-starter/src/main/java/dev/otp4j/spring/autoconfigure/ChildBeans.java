/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import org.springframework.beans.factory.BeanFactory;

/** The beans that declare children of the tree other than actor classes. */
final class ChildBeans {
    private ChildBeans() {}

    static <T> T get(BeanFactory beans, String bean, Class<T> type) {
        Object found = beans.getBean(bean);
        if (type.isInstance(found)) return type.cast(found);
        throw new TreeDeclarationException(
                "The bean '%s' declares a child of the supervision tree, but its @Bean method returned null."
                        .formatted(bean),
                "Return a value, or put a condition on the method, such as @ConditionalOnProperty.");
    }
}
