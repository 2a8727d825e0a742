/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
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
     * the start is declined: a second one is no failure that counts.
     *
     * @throws StartException if it runs already
     */
    public Started<Subject<CourierMessage>> start(String subscriptionId) {
        Name<CourierMessage> name = nameOf(subscriptionId);
        if (name.pid() != null) throw StartException.ignored();
        return Actor.of(() -> courier(subscriptionId)).named(name).trapExits(true).start();
    }

    private Courier courier(String subscriptionId) {
        return new Courier(subscriptionId, reader, ledger, sender, properties, clock);
    }

    private Name<CourierMessage> nameOf(String subscriptionId) {
        return names.computeIfAbsent(
                subscriptionId,
                id -> Name.keyed(ProcessRuntime.current(), "courier", "courier-" + id));
    }

    /** {@return the courier of a subscription, or null if it does not run now} */
    public @Nullable Pid pidOf(String subscriptionId) {
        Name<CourierMessage> name = names.get(subscriptionId);
        return name == null ? null : name.pid();
    }

    /** {@return the subscriptions that have or had a courier, unless they were forgotten} */
    public Set<String> known() {
        return Set.copyOf(names.keySet());
    }

    /** Wakes all; one that does not run looks by itself when it does. */
    public void wakeAll() {
        names.values().forEach(name -> name.subject().trySend(new Wake()));
    }

    /** Forgets the courier of a subscription that does not need one any more. */
    public void forget(String subscriptionId) {
        names.remove(subscriptionId);
    }
}
