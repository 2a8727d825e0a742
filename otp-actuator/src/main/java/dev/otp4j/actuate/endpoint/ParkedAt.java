/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.process.ParkedMessage;
import dev.otp4j.process.ProcessRuntime;
import java.util.List;
import java.util.function.ToIntBiFunction;

/**
 * The parked messages of one node.
 *
 * @param runtime the runtime that has parked them
 * @param path path of the node
 * @param most how many are replayed or discarded at most
 */
record ParkedAt(ProcessRuntime runtime, String path, int most) {
    boolean isEmpty() {
        return names().isEmpty();
    }

    private List<String> names() {
        return runtime.parkedMessages().stream()
                .filter(message -> path.equals(message.path()))
                .map(ParkedMessage::name)
                .distinct()
                .toList();
    }

    Outcome replay() {
        int replayed = each(runtime::replayParked);
        return replayed > 0
                ? Outcome.done("replayed %d messages, %d are left".formatted(replayed, left()))
                : Outcome.failed(
                        "its name has no process, and holds no messages: they stay parked");
    }

    Outcome discard() {
        int discarded = each(runtime::discardParked);
        return Outcome.done("discarded %d messages, %d are left".formatted(discarded, left()));
    }

    private int each(ToIntBiFunction<String, Integer> action) {
        int done = 0;
        for (String name : names()) {
            if (done < most) done += action.applyAsInt(name, most - done);
        }
        return done;
    }

    private long left() {
        return runtime.parkedMessages().stream()
                .filter(message -> path.equals(message.path()))
                .count();
    }
}
