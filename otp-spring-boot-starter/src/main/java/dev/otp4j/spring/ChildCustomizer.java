/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import dev.otp4j.process.Name;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes children of the tree that beans declare: actors, specifications, factories. Beans of this
 * type are called in their order at each start of the tree, after attributes and properties were
 * applied.
 *
 * {@snippet :
 * @Bean
 * ChildCustomizer patient() {
 *     return child -> child.specification().shutdown(Duration.ofSeconds(30));
 * }
 * }
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ChildCustomizer {
    /**
     * {@return the specification of the child, with the same id} What this throws fails the start.
     */
    ChildSpecification<?> customize(DeclaredBean child);

    /**
     * {@return what becomes of messages to a child while the tree runs and the child has no
     * process; empty if this customizer does not say} Asked by each sender; must return at once,
     * and must not return {@link Vacancy.Varying}.
     *
     * @param child the name of an actor or a factory
     */
    default Optional<Vacancy> vacancy(String child) {
        return Optional.empty();
    }

    /**
     * A child and the bean that declares it. Components may be added in any release: do not call
     * the constructor.
     *
     * @param bean the name of that bean: for an actor, {@code stock.actor}
     * @param specification how the child is started
     * @param name the name to which messages for it are sent; null for the bean of a specification
     *     and for a factory
     * @param vacancy what that name does while it has no process, in all states of the system; null
     *     if there is no name
     */
    record DeclaredBean(
            String bean,
            ChildSpecification<?> specification,
            @Nullable Name<?> name,
            @Nullable Vacancy vacancy) {}
}
