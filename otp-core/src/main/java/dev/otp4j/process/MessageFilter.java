/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a process wants to receive next, as its {@link Inbox} sees it; a {@link Selector} is one.
 *
 * @param <P> what receiving yields
 */
interface MessageFilter<P> {
    /**
     * What takes the item of this node, or null. Runs no code of the application.
     *
     * @param self the process's own subject, for which a bare node is; or null
     */
    @Nullable Function<Object, P> handler(Node node, @Nullable Object self);

    /**
     * Whether this one refuses messages that {@code before} has refused, too, without a look at
     * them: it takes no more, but for what comes from subjects and monitors that are younger than
     * all of them.
     *
     * @param before what has refused them, or null
     * @param subjectsMade how many subjects the receiving process had made when the last came
     * @param putAside how many messages it has put aside
     */
    boolean refusesToo(@Nullable MessageFilter<?> before, long subjectsMade, long putAside);

    /**
     * The result for this node, or null if no handler takes it. A handler is the application's code
     * and may receive or throw: the node has to be out of the mailbox, and out of what was put
     * aside.
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

    /** Takes the message of one monitor. */
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
