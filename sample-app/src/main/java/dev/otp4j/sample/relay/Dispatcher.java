/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage;
import dev.otp4j.sample.courier.CourierRegistry;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.sample.ledger.News;
import dev.otp4j.sample.ledger.News.EventStored;
import dev.otp4j.sample.ledger.News.LookAgain;
import dev.otp4j.sample.ledger.News.SubscriptionActive;
import dev.otp4j.sample.ledger.News.SubscriptionInactive;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.supervisor.FactorySupervisor;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Starts and stops the couriers of active subscriptions, and wakes them. The dispatcher starts
 * after the couriers' factory. So when the factory is restarted, the dispatcher is restarted too,
 * and starts all couriers again.
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
    private final CourierRegistry couriers;
    private final FactorySupervisor<String, Subject<CourierMessage>> factory;

    Dispatcher(
            LedgerReader reader,
            CourierRegistry couriers,
            FactorySupervisor<String, Subject<CourierMessage>> factory) {
        this.reader = reader;
        this.couriers = couriers;
        this.factory = factory;
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
            case EventStored() -> couriers.wakeAll();
            case SubscriptionActive(String id) -> start(id);
            case SubscriptionInactive(String id) -> stop(id);
            case LookAgain() -> look();
        }
        return Next.continueWith(self);
    }

    private void look() {
        try {
            Set<String> active = reader.active();
            couriers.known().stream().filter(id -> !active.contains(id)).forEach(this::stop);
            active.forEach(this::start);
        } catch (DataAccessException e) {
            LOG.warn("the dispatcher cannot read the database: {}", e.getMessage());
        }
    }

    private void start(String subscriptionId) {
        if (couriers.pidOf(subscriptionId).isEmpty()) factory.tryStartChild(subscriptionId);
    }

    /**
     * Asks the factory to stop a courier in an orderly way. A courier that is being restarted ends
     * by itself when it looks for work.
     */
    private void stop(String subscriptionId) {
        couriers.pidOf(subscriptionId).ifPresent(factory::tryTerminateChild);
        couriers.forget(subscriptionId);
    }
}
