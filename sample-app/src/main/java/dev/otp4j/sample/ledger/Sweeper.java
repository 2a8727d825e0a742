/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the ledger remove what was kept long enough. In small portions, so that what others want of
 * the ledger comes in between.
 */
@SupervisedActor(order = 3)
class Sweeper implements Actor<Sweeper.State, Sweeper.Sweep> {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    /** What it sends itself when it is time. Equal to itself only. */
    static final class Sweep {}

    /**
     * @param next the one that counts, so that one from a predecessor does not
     */
    record State(Subject<Sweep> self, Sweep next) {}

    private final LedgerClient ledger;
    private final LedgerProperties properties;
    private final Clock clock;

    Sweeper(LedgerClient ledger, LedgerProperties properties, Clock clock) {
        this.ledger = ledger;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public State init(Subject<Sweep> self) {
        return later(self);
    }

    @Override
    public Next<State, Sweep> onMessage(State state, Sweep sweep) {
        if (sweep != state.next()) return Next.continueWith(state);
        return Next.continueWith(sweep() < LedgerStore.SWEEP ? later(state.self()) : now(state));
    }

    private int sweep() {
        try {
            return ledger.sweep(clock.instant().minus(properties.retention()));
        } catch (LedgerUnavailableException e) {
            LOG.warn("nothing was swept: {}", e.getMessage());
            return 0;
        }
    }

    private State later(Subject<Sweep> self) {
        var next = new Sweep();
        self.sendAfter(properties.sweepInterval(), next);
        return new State(self, next);
    }

    private static State now(State state) {
        state.self().send(state.next());
        return state;
    }
}
