/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.CallResult;
import dev.otp4j.process.MessageContext;
import dev.otp4j.process.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * Several contexts of messages as one: they are opened in their order, and closed in the reverse
 * order. If one of them throws, the others are closed all the same.
 */
final class MessageContexts implements MessageContext {
    private static final Log LOG = LogFactory.getLog(OtpAutoConfiguration.class);

    private final List<MessageContext> contexts;

    private MessageContexts(List<MessageContext> contexts) {
        this.contexts = contexts;
    }

    static MessageContext of(List<MessageContext> contexts) {
        return contexts.size() == 1 ? contexts.getFirst() : new MessageContexts(contexts);
    }

    /** Warns if a property asks for a context and nothing can provide it. */
    static void warnOfNoEffect(
            OtpProperties properties, List<MessageContext> found, ClassLoader classes) {
        OtpProperties.Context context = properties.context();
        if (context.propagation() && context.mdcKeys().isEmpty() && !hasSnapshots(classes)) {
            LOG.warn(
                    "'otp.context.propagation=true' has no effect: 'io.micrometer:context-propagation' is not"
                            + " on the class path, and 'otp.context.mdc-keys' is empty");
        }
        if (properties.observation().enabled()
                && found.stream().noneMatch(MessageContexts::observes)) {
            LOG.warn(
                    "'otp.observation.enabled=true' has no effect: there is no bean of type"
                            + " 'ObservationRegistry'; 'spring-boot-starter-actuator' brings one");
        }
    }

    private static boolean hasSnapshots(ClassLoader classes) {
        return ClassUtils.isPresent("io.micrometer.context.ContextSnapshotFactory", classes);
    }

    /** Looks at the name: the class cannot be loaded without Micrometer. */
    private static boolean observes(MessageContext context) {
        return context.getClass().getSimpleName().equals("MessageObservations");
    }

    @Override
    public @Nullable Token capture(Outgoing message) {
        List<Token> tokens = new ArrayList<>(contexts.size());
        try {
            for (MessageContext context : contexts) {
                Token token = context.capture(message);
                if (token != null) tokens.add(token);
            }
        } catch (Throwable thrown) {
            if (message.kind() == Kind.CALL) forAll(tokens, token -> token.ended(null), thrown);
            throw thrown;
        }
        return switch (tokens.size()) {
            case 0 -> null;
            case 1 -> tokens.getFirst();
            default -> new Tokens(tokens);
        };
    }

    private record Tokens(List<Token> tokens) implements Token {
        @Override
        public @Nullable Scope handle(Pid receiver, Object message) {
            return open(token -> token.handle(receiver, message));
        }

        @Override
        public @Nullable Scope restore() {
            return open(Token::restore);
        }

        private @Nullable Scope open(Function<Token, @Nullable Scope> opening) {
            List<Scope> scopes = new ArrayList<>(tokens.size());
            try {
                for (Token token : tokens) {
                    Scope scope = opening.apply(token);
                    if (scope != null) scopes.addFirst(scope);
                }
            } catch (Throwable thrown) {
                forAll(scopes, scope -> scope.close(thrown), thrown);
                throw thrown;
            }
            return scopes.isEmpty() ? null : new Scopes(scopes);
        }

        @Override
        public void ended(@Nullable CallResult<?> result) {
            throwFirst(forAll(tokens, token -> token.ended(result), null));
        }
    }

    private record Scopes(List<Scope> scopes) implements Scope {
        @Override
        public void close(@Nullable Throwable thrown) {
            throwFirst(forAll(scopes, scope -> scope.close(thrown), null));
        }
    }

    /** Does something with all. Returns what was thrown first; the rest is suppressed in it. */
    private static <T> @Nullable Throwable forAll(
            List<T> all, Consumer<T> action, @Nullable Throwable before) {
        Throwable first = before;
        for (T one : all) {
            try {
                action.accept(one);
            } catch (Throwable thrown) {
                if (first == null) first = thrown;
                else if (first != thrown) first.addSuppressed(thrown);
            }
        }
        return first;
    }

    private static void throwFirst(@Nullable Throwable first) {
        if (first instanceof RuntimeException failure) throw failure;
        if (first instanceof Error error) throw error;
        if (first != null) throw new IllegalStateException(first);
    }
}
