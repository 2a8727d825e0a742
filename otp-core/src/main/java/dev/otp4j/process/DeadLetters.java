/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a runtime that reached no handler: counts by reason, and the last few by type.
 */
final class DeadLetters {
    private static final int KEPT = 64;

    private final Map<DropReason, LongAdder> counts = new EnumMap<>(DropReason.class);
    private final AtomicReferenceArray<@Nullable DroppedMessage> ring =
            new AtomicReferenceArray<>(KEPT);
    private final AtomicLong next = new AtomicLong();
    private final Consumer<DroppedMessage> tell;

    DeadLetters(Consumer<DroppedMessage> tell) {
        this.tell = tell;
        for (DropReason reason : DropReason.values()) counts.put(reason, new LongAdder());
    }

    /** Counts a dropped message. Signals do not count: only messages of users are a loss. */
    void drop(DropReason reason, Node node, @Nullable Pid receiver, @Nullable Name<?> name) {
        if (node instanceof Signal) return;
        drop(reason, node.item, receiver, name);
    }

    void drop(DropReason reason, Object message, @Nullable Pid receiver, @Nullable Name<?> name) {
        DroppedMessage dropped;
        try {
            String type = message.getClass().getName();
            dropped = new DroppedMessage(Instant.now(), reason, type, receiver, name);
            ring.set((int) (next.getAndIncrement() % KEPT), dropped);
        } finally {
            adder(reason).increment(); // last: what is counted is listed, if there is memory
        }
        tell.accept(dropped);
    }

    long count(DropReason reason) {
        return adder(reason).sum();
    }

    private LongAdder adder(DropReason reason) {
        return Objects.requireNonNull(counts.get(reason));
    }

    /** The last dropped messages, oldest first. */
    List<DroppedMessage> last() {
        var last = new ArrayList<DroppedMessage>(KEPT);
        for (int i = 0; i < KEPT; i++) {
            DroppedMessage dropped = ring.get(i);
            if (dropped != null) last.add(dropped);
        }
        last.sort(Comparator.comparing(DroppedMessage::at));
        return last;
    }
}
