/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a process wants to receive next, as its {@link Inbox} sees it; each {@link Selector} has
 * one.
 *
 * @param <P> what a receive returns
 */
interface MessageFilter<P> {
    /**
     * The function that takes the item of this node, or null if the filter refuses the node. Runs
     * no code of the application.
     *
     * @param self the process's own subject, to which bare nodes belong; or null
     */
    @Nullable Function<Object, P> handler(Node node, @Nullable Object self);

    /**
     * Whether this filter surely refuses the messages that {@code before} has refused, without a
     * look at them. It does if it takes nothing that {@code before} would not take, except from
     * subjects and monitors that are younger than all these messages.
     *
     * @param before the filter that has refused the messages, or null if none has
     * @param subjectsMade how many subjects the receiving process had made when the last of these
     *     messages came
     * @param putAside how many messages the process has put aside
     */
    boolean refusesToo(@Nullable MessageFilter<?> before, long subjectsMade, long putAside);

    /**
     * The result for this node, or null if no handler takes it. The handler is the application's
     * code and may receive or throw. So the node must have been removed from the mailbox, and from
     * what was put aside.
     */
    default @Nullable P accept(Node node, @Nullable Object self) {
        Function<Object, P> handler = handler(node, self);
        return handler == null ? null : run(handler, node);
    }

    /** Runs the handler for a node that was removed. */
    static <P> P run(Function<Object, P> handler, Node removed) {
        return Objects.requireNonNull(
                handler.apply(removed.item), "a selector's function returned null");
    }

    /** A filter that takes the message of one monitor. */
    static MessageFilter<Down> of(Monitor monitor) {
        return new MessageFilter<>() {
            @Override
            public @Nullable Function<Object, Down> handler(Node node, @Nullable Object self) {
                boolean taken =
                        node instanceof Signal.MonitorDown down
                                && down.message().monitor() == monitor;
                return taken ? Down.class::cast : null;
            }

            @Override
            public boolean refusesToo(
                    @Nullable MessageFilter<?> before, long subjectsMade, long putAside) {
                return monitor.born == putAside;
            }
        };
    }
}
