/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import dev.otp4j.spring.observation.OtpObservation.HighCardinalityKeys;
import dev.otp4j.spring.observation.OtpObservation.LowCardinalityKeys;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import java.util.Locale;

/**
 * The default names and key values: see {@link OtpObservation}.
 *
 * @since 0.1.0
 */
public class DefaultOtpObservationConvention implements OtpObservationConvention {
    private static final String UNKNOWN = "unknown";

    /** Creates the convention. */
    public DefaultOtpObservationConvention() {}

    @Override
    public String getContextualName(OtpObservationContext context) {
        String verb = context.observation().name().toLowerCase(Locale.ROOT);
        return verb + " " + context.actor().orElse(UNKNOWN);
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(OtpObservationContext context) {
        return KeyValues.of(
                KeyValue.of(LowCardinalityKeys.ACTOR, context.actor().orElse(UNKNOWN)),
                KeyValue.of(LowCardinalityKeys.KIND, dashed(context.kind())),
                KeyValue.of(LowCardinalityKeys.MESSAGE, name(context.messageType())),
                KeyValue.of(LowCardinalityKeys.OUTCOME, context.outcome().orElse(UNKNOWN)));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(OtpObservationContext context) {
        return context.path()
                .map(path -> KeyValues.of(KeyValue.of(HighCardinalityKeys.PATH, path)))
                .orElse(KeyValues.empty());
    }

    private static String dashed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The name of a class without its package. That of a lambda differs from run to run. */
    private static String name(Class<?> type) {
        if (type.isHidden()) return "lambda";
        String name = type.getTypeName();
        return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
    }
}
