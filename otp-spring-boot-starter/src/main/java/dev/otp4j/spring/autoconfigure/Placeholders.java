/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/** Resolves the placeholders of annotations. */
final class Placeholders {
    private final ConfigurableBeanFactory beans;

    Placeholders(ConfigurableBeanFactory beans) {
        this.beans = beans;
    }

    /** Resolves the text of an attribute; throws with the fix if the property is not defined. */
    String resolve(String text, String attribute, String of) {
        try {
            String resolved = beans.resolveEmbeddedValue(text);
            return resolved == null ? "" : resolved;
        } catch (IllegalArgumentException e) {
            var failure =
                    new TreeDeclarationException(
                            "The attribute '%s' of %s has a placeholder that cannot be resolved: \"%s\"."
                                    .formatted(attribute, of, text),
                            "Define the property, or give the placeholder a default, as in \"${name:5s}\".");
            failure.initCause(e);
            throw failure;
        }
    }
}
