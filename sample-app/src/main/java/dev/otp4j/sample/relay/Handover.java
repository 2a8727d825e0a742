/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Name;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage;
import dev.otp4j.sample.ledger.News;
import dev.otp4j.supervisor.KeyedFactory;
import java.time.Duration;

/**
 * The first child of its supervisor. After a restart of the supervisor it delays the start of the
 * other children until the old ones have ended. When the supervisor is killed, its children end by
 * themselves, couriers after their current request. Until then they hold the names that their
 * successors need. Without this pause the failing starts would use up the restart tolerance of the
 * root supervisor. For the same reason this actor has no name, and so it is not a bean of the kind
 * that gets a name.
 */
class Handover implements Actor<Boolean, Handover.Nothing> {
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** The message type, which has no messages that are ever sent. */
    sealed interface Nothing {
        /** Never sent. */
        record Never() implements Nothing {}
    }

    private final Subject<News> dispatcher;
    private final KeyedFactory<String, CourierMessage> couriers;

    Handover(Subject<News> dispatcher, KeyedFactory<String, CourierMessage> couriers) {
        this.dispatcher = dispatcher;
        this.couriers = couriers;
    }

    @Override
    public Boolean init(Subject<Nothing> self) {
        while (dispatcherIsThere() || couriersAreThere()) Processes.sleep(PAUSE);
        return true;
    }

    private boolean dispatcherIsThere() {
        return dispatcher.name().flatMap(Name::pid).isPresent();
    }

    private boolean couriersAreThere() {
        return couriers.name().pid().isPresent();
    }

    @Override
    public Next<Boolean, Nothing> onMessage(Boolean state, Nothing message) {
        return Next.continueWith(state);
    }
}
