/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The inside of an actor that handles several messages at once. */
final class BatchLoop<S, M> extends ActorLoop<S, M> {
    private final int most;

    /**
     * @param most most messages of a batch
     */
    BatchLoop(
            Supplier<? extends Actor<S, M>> actors,
            boolean chooses,
            @Nullable Boolean trapping,
            int most) {
        super(actors, chooses, trapping);
        this.most = most;
    }

    @Override
    Next<S, M> answer(Actor<S, M> actor, S state, M first) throws Exception {
        var batch = new ArrayList<M>();
        for (M message = first; message != null; message = nextOf(batch)) batch.add(message);
        List<M> messages = Collections.unmodifiableList(batch);
        Next<S, M> next = actor.onMessages(state, messages);
        if (next == null) throw returnedNull(actor, "onMessages", INSTEAD);
        return next;
    }

    private @Nullable M nextOf(List<M> batch) {
        return batch.size() < most ? nextOfBatch() : null;
    }
}
