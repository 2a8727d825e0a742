/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.untilKilled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the tests of static supervisors share: children that tell a probe when they start and stop.
 */
@OtpTest
abstract class SupervisorTestCase implements OtpTest.Setup {
    static final ExitReason BROKEN = ExitReason.abnormal("broken");

    private @Nullable Subject<Announcing.Event> probe;

    @Override
    public void begin() {
        probe = Subject.create();
    }

    /** Runs code in a simulation, with a probe of its own. */
    final void simulated(Runnable code) {
        VirtualTime.run(
                () -> {
                    begin();
                    code.run();
                });
    }

    /** Hears of the children that start and stop, in order. */
    final Subject<Announcing.Event> probe() {
        return Objects.requireNonNull(probe);
    }

    final Announcing.Event expectStart(String id) {
        return event("start", id);
    }

    final Announcing.Event event(String what, String id) {
        Announcing.Event event = expect(probe());
        assertThat(event).hasToString(what + " " + id);
        return event;
    }

    static StaticSupervisor.Builder tolerant(Strategy strategy) {
        return StaticSupervisor.of(strategy).restartTolerance(100_000, Duration.ofHours(1));
    }

    /** Tolerates as many restarts as a test makes, and leaves room for delays. */
    static StaticSupervisor.Builder patient(Strategy strategy) {
        return StaticSupervisor.of(strategy).restartTolerance(100, Duration.ofHours(1));
    }

    static @Nullable Pid pidOf(StaticSupervisor tree, String id) {
        return tree.children().stream()
                .filter(c -> c.id().equals(id))
                .findFirst()
                .map(ChildInfo::pid)
                .orElse(null);
    }

    static ChildInfo info(StaticSupervisor tree, String id) {
        return tree.children().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
    }

    /** A worker that ignores being asked to stop. */
    static ChildSpecification<?> stubborn(String id) {
        return ChildSpecification.worker(
                id,
                () ->
                        Actor.<Integer, Object, Subject<Object>>withInitializer(
                                        SOON,
                                        init -> {
                                            init.trapExits();
                                            return init.state(0);
                                        })
                                .onMessage((Integer n, Object m) -> Next.continueWith(n))
                                .onTerminate((n, reason) -> untilKilled())
                                .start());
    }
}
