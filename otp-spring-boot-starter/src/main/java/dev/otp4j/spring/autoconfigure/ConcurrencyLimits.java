/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.spring.TreeDeclarationException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The concurrency limits of an application by name: those that properties declare, and the beans of
 * type {@link ConcurrencyLimit}. A name matches regardless of case, dashes and underscores.
 *
 * <p>The limits of the properties are made once, so that a tree that is started again shares them
 * with code of the tree before that still runs.
 */
final class ConcurrencyLimits {
    /** The text for no limit in a subtree that has one. */
    static final String NONE = "none";

    private final ListableBeanFactory beans;
    private final Map<String, ConcurrencyLimit> declared = new LinkedHashMap<>();

    ConcurrencyLimits(ListableBeanFactory beans, Map<String, OtpProperties.Concurrency> declared) {
        this.beans = beans;
        declared.forEach(
                (name, set) ->
                        this.declared.put(name, ConcurrencyLimit.of(name, set.number(name))));
    }

    /**
     * The limit of that name; null if the text is empty.
     *
     * @param setting what names the limit, for the message: "The attribute 'concurrency' of actor
     *     'stock'"
     * @throws TreeDeclarationException if there is no such limit, or more than one
     */
    @Nullable ConcurrencyLimit named(String text, String setting) {
        String wanted = text.strip();
        if (wanted.isEmpty()) return null;
        if (wanted.equals(NONE)) return ConcurrencyLimit.none();
        Map<String, ConcurrencyLimit> known = known();
        ConcurrencyLimit found = null;
        for (ConcurrencyLimit limit : known.values()) {
            if (Tuning.uniform(limit.name()).equals(Tuning.uniform(wanted))) found = limit;
        }
        if (found == null) throw unknown(wanted, setting, known);
        return found;
    }

    private Map<String, ConcurrencyLimit> known() {
        Map<String, ConcurrencyLimit> known = new TreeMap<>();
        declared.forEach((name, limit) -> known.put(Tuning.uniform(name), limit));
        var ofBeans = BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, ConcurrencyLimit.class);
        ofBeans.forEach(
                (bean, limit) -> {
                    ConcurrencyLimit other = known.put(Tuning.uniform(limit.name()), limit);
                    if (other != null && other != limit) throw twice(bean, limit, other);
                });
        return known;
    }

    private TreeDeclarationException twice(
            String bean, ConcurrencyLimit limit, ConcurrencyLimit other) {
        String property = "otp.concurrency." + other.name() + ".permits";
        return declared.containsValue(other)
                ? new TreeDeclarationException(
                        "The concurrency limit '%s' is declared twice: by the bean '%s' and by the property '%s'."
                                .formatted(limit.name(), bean, property),
                        "Remove the property, or the bean. To set the permits of the bean by a property, read the property in the method that makes the bean.")
                : new TreeDeclarationException(
                        "Two beans are concurrency limits of the name '%s'; one of them is '%s'."
                                .formatted(limit.name(), bean),
                        "Give one of the limits another name.");
    }

    private static TreeDeclarationException unknown(
            String wanted, String setting, Map<String, ConcurrencyLimit> known) {
        var names = known.values().stream().map(ConcurrencyLimit::name).toList();
        String all =
                names.isEmpty()
                        ? "There is no limit."
                        : "The limits are: " + String.join(", ", names) + ".";
        String declare =
                "declare the limit with the property 'otp.concurrency.%s.permits', or by a bean of type ConcurrencyLimit"
                        .formatted(wanted);
        String nearest = Nearest.to(wanted, names);
        return new TreeDeclarationException(
                "%s names no concurrency limit: \"%s\". %s".formatted(setting, wanted, all),
                nearest == null
                        ? "Set it to the name of a limit, or %s.".formatted(declare)
                        : "Did you mean '%s'? Otherwise %s.".formatted(nearest, declare));
    }
}
