/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.MessageContext;
import dev.otp4j.process.Pid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Messages carry entries of SLF4J's MDC. Those that may repeat without end carry none: the entries
 * of a request would be in the log lines of an actor for good.
 */
final class MdcEntries implements MessageContext {
    private final String[] keys;

    MdcEntries(List<String> keys) {
        this.keys = keys.toArray(String[]::new);
    }

    @Override
    public @Nullable Token capture(Outgoing message) {
        if (message.repeats()) return null;
        @Nullable String[] values = null;
        for (int i = 0; i < keys.length; i++) {
            String value = MDC.get(keys[i]);
            if (value == null) continue;
            if (values == null) values = new @Nullable String[keys.length];
            values[i] = value;
        }
        return values == null ? null : new Entries(keys, values);
    }

    @SuppressWarnings("ArrayRecordComponent") // neither compared nor changed
    private record Entries(String[] keys, @Nullable String[] values) implements Token {
        @Override
        public Scope handle(Pid receiver, Object message) {
            return restore();
        }

        @Override
        public Scope restore() {
            @Nullable String[] before = new @Nullable String[keys.length];
            for (int i = 0; i < keys.length; i++) {
                before[i] = MDC.get(keys[i]);
                put(keys[i], values[i]);
            }
            return thrown -> {
                for (int i = 0; i < keys.length; i++) put(keys[i], before[i]);
            };
        }

        private static void put(String key, @Nullable String value) {
            if (value == null) MDC.remove(key);
            else MDC.put(key, value);
        }
    }
}
