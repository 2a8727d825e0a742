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
import dev.otp4j.sample.ledger.Backlog;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The names of the couriers, one for each subscription. A name outlives the restarts of its courier
 * and of the dispatcher, and leads to the courier while it runs.
 */
@Component
public class CourierRegistry {
    private final LedgerReader reader;
    private final LedgerClient ledger;
    private final Backlog backlog;
    private final WebhookSender sender;
    private final CourierProperties properties;
    private final Clock clock;
    private final Map<String, Name<CourierMessage>> names = new ConcurrentHashMap<>();

    CourierRegistry(
            LedgerReader reader,
            LedgerClient ledger,
            Backlog backlog,
            WebhookSender sender,
            CourierProperties properties,
            Clock clock) {
        this.reader = reader;
        this.ledger = ledger;
        this.backlog = backlog;
        this.sender = sender;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Starts the courier of a subscription as a child of the current process. If the courier
     * already runs, the start is declined, which does not count as a failure.
     *
     * @throws StartException if the courier already runs
     */
    public Started<Subject<CourierMessage>> start(String subscriptionId) {
        Name<CourierMessage> name = nameOf(subscriptionId);
        if (name.pid().isPresent()) throw StartException.ignored();
        return Actor.of(() -> courier(subscriptionId)).named(name).trapExits(true).start();
    }

    private Courier courier(String subscriptionId) {
        return new Courier(subscriptionId, reader, ledger, backlog, sender, properties, clock);
    }

    private Name<CourierMessage> nameOf(String subscriptionId) {
        return names.computeIfAbsent(
                subscriptionId,
                id -> Name.keyed(ProcessRuntime.current(), "courier", "courier-" + id));
    }

    /** {@return the courier of a subscription} Empty if it does not run now. */
    public Optional<Pid> pidOf(String subscriptionId) {
        return Optional.ofNullable(names.get(subscriptionId)).flatMap(Name::pid);
    }

    /** {@return the subscriptions that have or had a courier, unless they were forgotten} */
    public Set<String> known() {
        return Set.copyOf(names.keySet());
    }

    /** Wakes all couriers. A courier that does not run now looks for work when it starts. */
    public void wakeAll() {
        names.values().forEach(name -> name.subject().trySend(new Wake()));
    }

    /** Forgets the courier of a subscription that no longer needs one. */
    public void forget(String subscriptionId) {
        names.remove(subscriptionId);
        backlog.end(subscriptionId);
    }
}
