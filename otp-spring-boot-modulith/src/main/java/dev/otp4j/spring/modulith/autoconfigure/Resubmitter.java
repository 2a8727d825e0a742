/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Looks for publications that failed and are due again, and for those whose attempt was lost, and
 * gives them to the dispatchers. It runs on each instance; a guarded update decides which one gets
 * an attempt. It takes no more than the dispatcher has room for.
 */
final class Resubmitter implements StatefulActor<Resubmitter.Look> {
    private static final Log LOG = LogFactory.getLog(Resubmitter.class);
    private static final int BATCH = 100;
    private static final String AGAIN = "the endpoint 'otpdelivery' can deliver them again";

    /** It is time to look. */
    record Look() {}

    /** What the resubmitter works with. */
    record Tools(
            Publications publications,
            EventReader events,
            Clock clock,
            Supplier<OtpSystem.State> state) {}

    private final List<TargetDesk<?>> desks;
    private final DurableDeliveryProperties settings;
    private final Tools tools;
    private @Nullable Subject<Look> self;
    private @Nullable RuntimeException unavailable;

    Resubmitter(List<TargetDesk<?>> desks, DurableDeliveryProperties settings, Tools tools) {
        this.desks = desks;
        this.settings = settings;
        this.tools = tools;
    }

    @Override
    public void started(Subject<Look> subject) {
        self = subject;
        again();
    }

    private void again() {
        Objects.requireNonNull(self).sendAfter(settings.pollInterval(), new Look());
    }

    @Override
    public Step handle(Look look) {
        if (tools.state.get() == OtpSystem.State.RUNNING) lookAtAll();
        again();
        return Step.KEEP;
    }

    private void lookAtAll() {
        try {
            for (TargetDesk<?> desk : desks) lookAt(desk);
            unavailable = null;
        } catch (RuntimeException failure) {
            if (unavailable == null) {
                LOG.warn(
                        "durable delivery cannot read the publications; it tries again every %s"
                                .formatted(settings.pollInterval()),
                        failure);
            }
            unavailable = failure;
        }
    }

    private void lookAt(TargetDesk<?> desk) {
        Instant now = tools.clock.instant();
        int most = settings.maxAttempts();
        Due due = Due.at(now, settings.staleness(), settings.backoff(), most);
        int room = BATCH - desk.tally.waiting;
        if (room > 0) {
            tools.publications
                    .due(desk.listenerId(), due, room)
                    .forEach(publication -> resubmit(desk, publication));
        }
        int lost = tools.publications.giveUpLost(desk.listenerId(), most, due.stale());
        if (lost > 0) {
            LOG.error(
                    "durable target '%s' gives up %d events: their attempt %d had no outcome within %s; %s"
                            .formatted(desk.name(), lost, most, settings.staleness(), AGAIN));
        }
        desk.tally.givenUp = tools.publications.countGivenUp(desk.listenerId(), most);
    }

    private void resubmit(TargetDesk<?> desk, Publication read) {
        long begun = System.nanoTime();
        Instant now = tools.clock.instant();
        if (!tools.publications.claim(read, now)) return; // another instance has it, or it is done
        desk.tally.resubmitted.incrementAndGet();
        Publication claimed = read.claimed(now);
        try {
            Object event = tools.events.read(claimed, desk.target().type());
            if (!desk.hasId(event)) {
                // its publisher was refused, and has committed all the same
                throw UnreadableEventException.withoutId(claimed);
            }
            var attempt = new Attempt(event, begun, claimed);
            desk.dispatcher.subject().send(new Dispatcher.Message.Deliver(attempt));
        } catch (UnreadableEventException unreadable) {
            tools.publications.fail(claimed);
            desk.tally.failed.incrementAndGet();
            LOG.error(
                    "durable target '%s' cannot get the event of publication %s: %s"
                            .formatted(desk.name(), claimed.id(), desk.count(claimed.attempts())),
                    unreadable);
        }
    }

    @Override
    public Object snapshot() {
        if (unavailable != null) {
            return "the database cannot be read: " + unavailable.getClass().getName();
        }
        long givenUp = desks.stream().mapToLong(desk -> Math.max(0, desk.tally.givenUp)).sum();
        return givenUp == 0
                ? "looks every " + settings.pollInterval()
                : "%d events are given up; %s".formatted(givenUp, AGAIN);
    }
}
