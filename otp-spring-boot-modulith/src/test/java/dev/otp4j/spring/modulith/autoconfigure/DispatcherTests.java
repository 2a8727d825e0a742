/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.modulith.DurableTarget;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The dispatcher at a stop. The test is the target, and one actor takes what is to be stored. */
@OtpTest
class DispatcherTests {
    private static final DurableDeliveryProperties SETTINGS =
            new DurableDeliveryProperties(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    10,
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(1),
                    100);

    private final List<Bookkeeper.Entry> stored = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Attempt first = new Attempt("first", System.nanoTime(), null);
    private final Attempt second = new Attempt("second", System.nanoTime(), null);

    /** Where the target is called. */
    private Subject<ReplyTo<Boolean>> requests;

    private Pid start() {
        Processes.trapExits(true); // the end of the dispatcher is not that of the test
        requests = Subject.create();
        DurableTarget<String> target =
                DurableTarget.of("target", String.class, event -> event)
                        .<ReplyTo<Boolean>, Boolean>calling(requests, (event, reply) -> reply);
        var desk = new TargetDesk<>(target, SETTINGS, ProcessRuntime.current());
        Actors.<Bookkeeper.Entry>handling(stored::add).named(desk.bookkeeper).start();
        Pid dispatcher =
                StatefulActor.of(() -> new Dispatcher(desk, stopping::get))
                        .named(desk.dispatcher)
                        .trapExits(true)
                        .start()
                        .pid();
        for (Attempt each : List.of(first, second)) {
            desk.dispatcher.subject().send(new Dispatcher.Message.Deliver(each));
        }
        return dispatcher;
    }

    private void stop(Pid dispatcher) {
        stopping.set(true);
        Processes.exit(dispatcher, ExitReason.SHUTDOWN);
        eventually("it stops", () -> stored.contains(new Bookkeeper.Entry.GiveBack(second)));
    }

    /** The thread that tells of a reply may come to it after the stop has begun. */
    @Test
    @Rule("DD-11")
    void aReplyThatComesDuringTheStopIsStored() {
        Pid dispatcher = start();
        ReplyTo<Boolean> reply = expect(requests);
        stop(dispatcher);

        reply.send(true);

        eventually("all", () -> stored.size() == 2);
        assertThat(stored.getLast()).isEqualTo(new Bookkeeper.Entry.Mark(first, null));
    }

    @Test
    @Rule("DD-11")
    void aFailureDuringTheStopIsStored() {
        Pid dispatcher = start();
        ReplyTo<Boolean> reply = expect(requests);
        stop(dispatcher);
        var failure = new IllegalStateException("full");

        reply.fail(failure);

        eventually("all", () -> stored.size() == 2);
        assertThat(stored.getLast()).isEqualTo(new Bookkeeper.Entry.Mark(first, failure));
    }

    /** Then the next dispatcher hears of it. */
    @Test
    @Rule("DD-11")
    void anEndWithoutAStopWaitsForNoReply() {
        Pid dispatcher = start();
        ReplyTo<Boolean> reply = expect(requests);

        Processes.exit(dispatcher, ExitReason.SHUTDOWN);
        eventually("it ends", () -> stored.contains(new Bookkeeper.Entry.GiveBack(second)));
        reply.send(true);

        eventually("it has ended", () -> !Processes.isAlive(dispatcher));
        assertThat(stored).containsExactly(new Bookkeeper.Entry.GiveBack(second));
    }
}
