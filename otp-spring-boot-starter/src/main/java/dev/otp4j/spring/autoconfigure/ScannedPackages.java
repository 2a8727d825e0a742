/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScans;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** The packages that the application's component scans search, with all packages below them. */
final class ScannedPackages {
    private final Environment environment;
    private final Set<String> packages = new TreeSet<>();

    private ScannedPackages(Environment environment) {
        this.environment = environment;
    }

    static Set<String> of(ConfigurableListableBeanFactory beans, Environment environment) {
        var found = new ScannedPackages(environment);
        for (String bean : beans.getBeanDefinitionNames()) {
            if (beans.getBeanDefinition(bean) instanceof AnnotatedBeanDefinition definition
                    && definition.getFactoryMethodMetadata() == null) {
                found.add(definition.getMetadata());
            }
        }
        return found.packages;
    }

    private void add(AnnotationMetadata of) {
        for (AnnotationAttributes scan :
                of.getMergedRepeatableAnnotationAttributes(
                        ComponentScan.class, ComponentScans.class, false)) {
            var own = new TreeSet<String>();
            for (String named : scan.getStringArray("basePackages")) {
                String resolved = environment.resolvePlaceholders(named);
                own.addAll(Set.of(StringUtils.tokenizeToStringArray(resolved, ",; \t\n")));
            }
            for (Class<?> type : scan.getClassArray("basePackageClasses")) {
                own.add(type.getPackageName());
            }
            if (own.isEmpty()) own.add(ClassUtils.getPackageName(of.getClassName()));
            packages.addAll(own);
        }
    }
}
