/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage;
import dev.otp4j.sample.courier.CourierMessage.Changed;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.ledger.Backlog;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.sample.ledger.News;
import dev.otp4j.sample.ledger.News.EventStored;
import dev.otp4j.sample.ledger.News.LookAgain;
import dev.otp4j.sample.ledger.News.SubscriptionActive;
import dev.otp4j.sample.ledger.News.SubscriptionChanged;
import dev.otp4j.sample.ledger.News.SubscriptionInactive;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.supervisor.KeyedFactory;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Wakes the couriers of active subscriptions, which starts those that do not run, and stops the
 * others. No other part starts or stops a courier. The dispatcher starts after the couriers'
 * factory. So when the factory is restarted, the dispatcher is restarted too, and starts all
 * couriers again.
 *
 * <p>The dispatcher does not trap exits, so its supervisor can end it at once, even while it waits
 * for a factory that does not run. That matters because the next factory starts only after the
 * dispatcher has ended.
 */
@SupervisedActor(supervisor = RelaySupervisor.class, order = 2, trapExits = false)
class Dispatcher implements Actor<Subject<News>, News> {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** How often the dispatcher reads the database, in case news was lost. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final LedgerReader reader;
    private final Backlog backlog;
    private final KeyedFactory<String, CourierMessage> couriers;

    Dispatcher(
            LedgerReader reader, Backlog backlog, KeyedFactory<String, CourierMessage> couriers) {
        this.reader = reader;
        this.backlog = backlog;
        this.couriers = couriers;
    }

    @Override
    public Subject<News> init(Subject<News> self) {
        self.send(new LookAgain());
        self.sendEvery(LOOK_INTERVAL, new LookAgain());
        return self;
    }

    @Override
    public Next<Subject<News>, News> onMessage(Subject<News> self, News news) {
        switch (news) {
            case EventStored() -> wakeRunning();
            case SubscriptionActive(String id) -> wake(id);
            case SubscriptionInactive(String id) -> stop(id);
            case SubscriptionChanged(String id) -> change(id);
            case LookAgain() -> look();
        }
        return Next.continueWith(self);
    }

    private void look() {
        try {
            Set<String> active = reader.active();
            Set<String> known = couriers.keys().collect(Collectors.toSet());
            known.stream().filter(id -> !active.contains(id)).forEach(this::stop);
            backlog.keep(active);
            active.stream().filter(id -> !known.contains(id)).forEach(this::wake);
        } catch (DataAccessException e) {
            LOG.warn("the dispatcher cannot read the database: {}", e.getMessage());
        }
    }

    /** Starts the courier if it does not run. A courier that is left down stays down. */
    private void wake(String subscriptionId) {
        couriers.subject(subscriptionId).trySend(new Wake());
    }

    /** A courier that does not run looks for work when it starts, and needs no wake-up for that. */
    private void wakeRunning() {
        couriers.keys()
                .map(couriers::subject)
                .filter(courier -> courier.name().flatMap(Name::pid).isPresent())
                .forEach(courier -> courier.trySend(new Wake()));
    }

    /** A courier that does not run reads the database when it starts. */
    private void change(String subscriptionId) {
        Subject<CourierMessage> courier = couriers.subject(subscriptionId);
        if (courier.name().flatMap(Name::pid).isPresent()) courier.trySend(new Changed());
    }

    /**
     * Has the courier stopped in an orderly way, also one that waits for its restart or is left
     * down, and waits for its end. So it does not run while another one is started.
     */
    private void stop(String subscriptionId) {
        couriers.stop(subscriptionId);
        backlog.end(subscriptionId);
    }
}
