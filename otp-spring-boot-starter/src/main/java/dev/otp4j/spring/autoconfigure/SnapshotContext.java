/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.MessageContext;
import dev.otp4j.process.Pid;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages carry what Micrometer's context-propagation captures of the thread that sends them: the
 * values of all accessors in its registry. Those that may repeat without end carry nothing.
 */
final class SnapshotContext implements MessageContext {
    private final ContextRegistry registry = ContextRegistry.getInstance();
    private final ContextSnapshotFactory snapshots;
    private final Predicate<Object> keys;

    /**
     * @param keys whether the value of a key is carried
     */
    SnapshotContext(Predicate<Object> keys) {
        this.keys = keys;
        snapshots =
                ContextSnapshotFactory.builder()
                        .contextRegistry(registry)
                        .captureKeyPredicate(keys)
                        .clearMissing(false)
                        .build();
    }

    @Override
    public @Nullable Token capture(Outgoing message) {
        if (message.repeats() || isEmpty()) return null;
        return new Captured(snapshots.captureAll());
    }

    /** Looks without making a snapshot: most threads have nothing. */
    private boolean isEmpty() {
        for (var accessor : registry.getThreadLocalAccessors()) {
            if (keys.test(accessor.key()) && accessor.getValue() != null) return false;
        }
        return true;
    }

    private record Captured(ContextSnapshot snapshot) implements Token {
        @Override
        public Scope handle(Pid receiver, Object message) {
            return restore();
        }

        @Override
        public Scope restore() {
            ContextSnapshot.Scope opened = snapshot.setThreadLocals();
            return thrown -> opened.close();
        }
    }
}
