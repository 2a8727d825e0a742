/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Name;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The names of the couriers, one per subscription: a name outlives its courier's restarts and those
 * of the dispatcher, and a courier that runs is found by it.
 */
@Component
public class CourierRegistry {
    private final LedgerReader reader;
    private final LedgerClient ledger;
    private final WebhookSender sender;
    private final CourierProperties properties;
    private final Clock clock;
    private final Map<String, Name<CourierMessage>> names = new ConcurrentHashMap<>();

    CourierRegistry(
            LedgerReader reader,
            LedgerClient ledger,
            WebhookSender sender,
            CourierProperties properties,
            Clock clock) {
        this.reader = reader;
        this.ledger = ledger;
        this.sender = sender;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Starts the courier of a subscription as a child of the current process. If it runs already,
     * what is started instead ends at once, normally, and is forgotten: a second start is no
     * failure that counts.
     */
    public Started<Subject<CourierMessage>> start(String subscriptionId) {
        Name<CourierMessage> name = nameOf(subscriptionId);
        if (name.pid() != null) return startNothing();
        return Actor.of(() -> courier(subscriptionId)).named(name).trapExits(true).start();
    }

    private Courier courier(String subscriptionId) {
        return new Courier(subscriptionId, reader, ledger, sender, properties, clock);
    }

    private static Started<Subject<CourierMessage>> startNothing() {
        Started<Subject<CourierMessage>> nothing =
                Actor.startingWith(() -> "superfluous")
                        .onMessage((String state, CourierMessage message) -> Next.stop())
                        .start();
        nothing.data().send(new Wake());
        return nothing;
    }

    private Name<CourierMessage> nameOf(String subscriptionId) {
        return names.computeIfAbsent(
                subscriptionId,
                id -> Name.keyed(ProcessRuntime.current(), "courier", "courier-" + id));
    }

    /** {@return whether the courier of a subscription runs now} */
    public boolean isRunning(String subscriptionId) {
        return nameOf(subscriptionId).pid() != null;
    }

    /** Wakes the courier of a subscription; one that does not run looks by itself when it does. */
    public void wake(String subscriptionId) {
        wake(nameOf(subscriptionId));
    }

    /** Wakes all. */
    public void wakeAll() {
        names.values().forEach(CourierRegistry::wake);
    }

    private static void wake(Name<CourierMessage> name) {
        name.subject().trySend(new Wake());
    }

    /** Forgets all but these, after waking them: a courier without subscription ends itself. */
    public void retain(Collection<String> subscriptionIds) {
        names.forEach(
                (id, name) -> {
                    if (subscriptionIds.contains(id)) return;
                    wake(name);
                    names.remove(id, name);
                });
    }
}
