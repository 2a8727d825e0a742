/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import java.util.regex.Pattern;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** Derives and checks the names of children and of their beans. */
final class BeanNames {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");

    private BeanNames() {}

    /**
     * The name given in the annotation; else the bean's name, unless Spring generated it; else a
     * name derived from the class.
     */
    static String declared(String given, String beanName, Class<?> type) {
        if (!given.isEmpty()) return given;
        String fromClass = StringUtils.uncapitalizeAsProperty(type.getSimpleName());
        boolean generated =
                beanName.equals(type.getName())
                        || beanName.equals(
                                StringUtils.uncapitalizeAsProperty(
                                        ClassUtils.getShortName(type.getName())));
        return generated ? fromClass : beanName;
    }

    static String strip(String beanName, String suffix) {
        return beanName.endsWith(suffix)
                ? beanName.substring(0, beanName.length() - suffix.length())
                : beanName;
    }

    /** Throws if a name cannot be part of a path, a property name or a meter tag. */
    static String checked(String name, String of) {
        if (ALLOWED.matcher(name).matches()) return name;
        throw new TreeDeclarationException(
                "The name '%s' of %s is not allowed: it must match %s."
                        .formatted(name, of, ALLOWED),
                "Give it a name of letters, digits and '-' that begins with a letter.");
    }
}
