/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.Subject;
import java.util.function.Supplier;

/**
 * An {@link Actor} with more choices in its initialiser: it can receive with its own selector, and
 * it chooses what its starter gets. It has {@link #initialize} instead of {@link #init}.
 *
 * {@snippet :
 * class Prices implements InitializingActor<Map<String, Integer>, Prices.Message, Subject<Prices.Query>> {
 *     public Initialized<Map<String, Integer>, Message, Subject<Query>> initialize(Init<Message> init) {
 *         Subject<Query> queries = Subject.create();
 *         var selector = Selector.<Message>create().select(init.self()).selectMap(queries, Asked::new);
 *         return init.state(Map.<String, Integer>of()).selecting(selector).returning(queries);
 *     }
 *
 *     public Next<Map<String, Integer>, Message> onMessage(Map<String, Integer> prices, Message message) {
 *         return Next.continueWith(prices);
 *     }
 * }
 * Subject<Prices.Query> prices = InitializingActor.of(Prices::new).start().data();
 * }
 *
 * <p>It can be used wherever an {@link Actor} can. {@link Actor#of} starts it too; the starter then
 * gets the actor's subject, whatever {@link #initialize} returns.
 *
 * <p>Counterpart: {@code gleam/otp/actor.new_with_initialiser}.
 *
 * @param <S> the state
 * @param <M> the messages
 * @param <D> what the starter gets
 * @since 0.1.0
 */
public interface InitializingActor<S, M, D> extends Actor<S, M> {
    /**
     * Makes the first state, in the new process, before {@code start} returns. What it throws makes
     * the start fail.
     *
     * @return the state, and what else the actor begins with; never null
     */
    Initialized<S, M, D> initialize(Init<M> init) throws Exception;

    /**
     * Not called: {@link #initialize} makes the state.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    default S init(Subject<M> self) {
        throw new UnsupportedOperationException(
                "'init' is not used: 'initialize' makes the state of " + getClass().getName());
    }

    /**
     * Builds an actor from a class; its initialiser chooses what the starter gets. The supplier is
     * asked for a new object at each start, in the new process.
     *
     * <p>The initialiser has 1 s unless {@link ActorBuilder#initTimeout} or the runtime says
     * otherwise.
     */
    static <S, M, D> ActorBuilder<S, M, D> of(
            Supplier<? extends InitializingActor<S, M, D>> supplier) {
        return ActorBuilder.initializing(supplier);
    }
}
