/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the ledger to remove events that were kept long enough, in steps of limited size, so that
 * other requests to the ledger are served in between.
 */
@SupervisedActor(order = 3)
class Sweeper implements Actor<Subject<Sweeper.Sweep>, Sweeper.Sweep> {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    /** The message that the sweeper sends to itself when a sweep is due. */
    record Sweep() {}

    private final LedgerClient ledger;
    private final LedgerProperties properties;
    private final Clock clock;

    Sweeper(LedgerClient ledger, LedgerProperties properties, Clock clock) {
        this.ledger = ledger;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Subject<Sweep> init(Subject<Sweep> self) {
        self.sendAfter(properties.sweepInterval(), new Sweep());
        return self;
    }

    /** If there may be more to remove, the next step follows at once. */
    @Override
    public Next<Subject<Sweep>, Sweep> onMessage(Subject<Sweep> self, Sweep sweep) {
        boolean more = sweep().more();
        self.sendAfter(more ? Duration.ZERO : properties.sweepInterval(), new Sweep());
        return Next.continueWith(self);
    }

    private Swept sweep() {
        try {
            return ledger.sweep(clock.instant().minus(properties.retention()));
        } catch (LedgerUnavailableException e) {
            LOG.warn("the ledger could not remove old events: {}", e.getMessage());
            return new Swept(0, false);
        }
    }
}
