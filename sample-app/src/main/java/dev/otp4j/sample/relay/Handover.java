/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Name;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage;
import dev.otp4j.sample.ledger.News;
import dev.otp4j.supervisor.FactorySupervisor;
import java.time.Duration;

/**
 * The first child of its supervisor: lets no successor start before the predecessors are gone. When
 * that supervisor is killed, its children end by themselves, couriers after the request they are
 * in; until then they hold the names that the new ones are to have. Without this pause, the vain
 * attempts to start would use up what the root tolerates. It has no name itself, for the same
 * reason, and so is no bean of the kind that gets one.
 */
class Handover implements Actor<Boolean, Handover.Nothing> {
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** It understands nothing. */
    sealed interface Nothing {
        /** Never sent. */
        record Never() implements Nothing {}
    }

    private final Subject<News> dispatcher;
    private final FactorySupervisor<String, Subject<CourierMessage>> couriers;

    Handover(
            Subject<News> dispatcher, FactorySupervisor<String, Subject<CourierMessage>> couriers) {
        this.dispatcher = dispatcher;
        this.couriers = couriers;
    }

    @Override
    public Boolean init(Subject<Nothing> self) {
        while (dispatcherIsThere() || couriersAreThere()) Processes.sleep(PAUSE);
        return true;
    }

    private boolean dispatcherIsThere() {
        Name<News> name = dispatcher.name();
        return name != null && name.pid() != null;
    }

    private boolean couriersAreThere() {
        try {
            return couriers.countChildren().active() >= 0;
        } catch (NotRegisteredException e) {
            return false;
        }
    }

    @Override
    public Next<Boolean, Nothing> onMessage(Boolean state, Nothing message) {
        return Next.continueWith(state);
    }
}
