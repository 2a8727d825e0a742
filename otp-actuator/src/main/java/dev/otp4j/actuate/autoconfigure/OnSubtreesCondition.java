/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if a subtree has a health of its own. */
final class OnSubtreesCondition extends SpringBootCondition {
    static final String PROPERTY = "management.health.otp.subtrees";

    @Override
    public ConditionOutcome getMatchOutcome(
            ConditionContext context, AnnotatedTypeMetadata metadata) {
        Map<String, String> subtrees =
                Binder.get(context.getEnvironment())
                        .bind(PROPERTY, Bindable.mapOf(String.class, String.class))
                        .orElse(Map.of());
        var message = ConditionMessage.forCondition("Subtrees with a health of their own");
        return subtrees.isEmpty()
                ? ConditionOutcome.noMatch(message.didNotFind("property").items(PROPERTY))
                : ConditionOutcome.match(message.found("subtree").items(subtrees.keySet()));
    }
}
