/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if {@code otp.context.mdc-keys} names a key, as a list or as one text. */
final class OnMdcKeysCondition extends SpringBootCondition {
    private static final String PROPERTY = "otp.context.mdc-keys";

    @Override
    public ConditionOutcome getMatchOutcome(
            ConditionContext context, AnnotatedTypeMetadata metadata) {
        List<String> keys =
                Binder.get(context.getEnvironment())
                        .bind(PROPERTY, Bindable.listOf(String.class))
                        .orElse(List.of());
        var message = ConditionMessage.forCondition(PROPERTY);
        return keys.isEmpty()
                ? ConditionOutcome.noMatch(message.because("it names no key"))
                : ConditionOutcome.match(message.because("it names " + keys));
    }
}
