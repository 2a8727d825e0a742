/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Subject;
import dev.otp4j.process.SubjectException;
import dev.otp4j.sample.demo.DemoMessage.Arrival;
import dev.otp4j.sample.demo.DemoMessage.Arrive;
import dev.otp4j.sample.demo.DemoMessage.Change;
import dev.otp4j.sample.demo.DemoMessage.Listen;
import dev.otp4j.sample.demo.DemoMessage.Show;
import dev.otp4j.sample.demo.DemoMessage.State;
import dev.otp4j.sample.demo.DemoMessage.Subscribe;
import dev.otp4j.spring.SupervisedActor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;

/**
 * A subscriber that answers as it is told, and keeps what has come in. It subscribes when it
 * starts, unless its subscription is there. A restart begins with the healthy mode.
 */
@SupervisedActor(value = "demo-receiver", order = 5)
@ConditionalOnBooleanProperty("relay.demo")
class DemoReceiver implements StatefulActor<DemoMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(DemoReceiver.class);

    private static final int KEPT = 20;
    private static final int PREVIEW = 200;
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final DemoServer server;
    private final DemoSubscription subscription;
    private final DemoProperties properties;
    private final Clock clock;
    private final Verifier verifier;
    private final Deque<Arrival> arrivals = new ArrayDeque<>();

    private @Nullable Subject<DemoMessage> self;
    private DemoMode mode = DemoMode.HEALTHY;
    private @Nullable String problem;
    private long received;

    DemoReceiver(
            DemoServer server,
            DemoSubscription subscription,
            DemoProperties properties,
            Clock clock) {
        this.server = server;
        this.subscription = subscription;
        this.properties = properties;
        this.clock = clock;
        this.verifier = subscription.verifier();
    }

    @Override
    public void started(Subject<DemoMessage> subject) {
        self = subject;
        server.close(); // a predecessor that was killed has left it open
        listen();
        subject.send(new Subscribe());
    }

    @Override
    public Step handle(DemoMessage message) {
        switch (message) {
            case Arrive(var delivered, var replyTo) -> {
                arrive(delivered);
                replyTo.send(mode);
            }
            case Change(var next, var replyTo) -> {
                mode = next;
                listen();
                replyTo.send(state());
            }
            case Show(var replyTo) -> replyTo.send(state());
            case Listen() -> listen();
            case Subscribe() -> subscribe();
        }
        return Step.KEEP;
    }

    private Subject<DemoMessage> self() {
        if (self == null) throw new IllegalStateException("the receiver has not started");
        return self;
    }

    /** Opens the port, or closes it, as the mode says. */
    private void listen() {
        problem = null;
        if (mode == DemoMode.DOWN) server.close();
        else if (!server.isOpen()) open();
    }

    private void open() {
        Subject<DemoMessage> receiver = self();
        try {
            server.open(properties.demoPort(), delivered -> answer(receiver, delivered));
        } catch (IOException e) {
            problem =
                    "cannot listen at port %d: %s; set 'relay.demo-port' to a free port"
                            .formatted(properties.demoPort(), e.getMessage());
            LOG.warn("the demo receiver {}", problem);
            receiver.sendAfter(AGAIN, new Listen());
        }
    }

    /** In a thread of the server. */
    private static int answer(Subject<DemoMessage> receiver, Delivered delivered) {
        try {
            DemoMode mode = receiver.call(reply -> new Arrive(delivered, reply));
            Thread.sleep(mode.delay());
            return mode.status();
        } catch (SubjectException e) {
            return 503;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 503;
        }
    }

    private void arrive(Delivered delivered) {
        received++;
        boolean verified = verifier.verify(delivered, clock.instant());
        arrivals.addFirst(
                new Arrival(
                        received,
                        delivered.id(),
                        clock.instant(),
                        mode.status(),
                        verified,
                        preview(delivered.body())));
        if (arrivals.size() > KEPT) arrivals.removeLast();
    }

    private static String preview(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.length() <= PREVIEW ? text : text.substring(0, PREVIEW) + "…";
    }

    private void subscribe() {
        if (subscription.make()) return;
        self().sendAfter(AGAIN, new Subscribe());
    }

    private State state() {
        return new State(
                properties.url().toString(), mode.text(), problem, received, List.copyOf(arrivals));
    }

    @Override
    public void onTerminate(ExitReason reason) {
        server.close();
    }
}
