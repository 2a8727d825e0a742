/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.page;

import static dev.otp4j.test.OtpAssertions.assertThat;

import com.example.billing.Archive;
import com.example.billing.Billing;
import com.example.billing.Invoices;
import com.example.billing.Mailer;
import com.example.billing.Prices;
import com.example.billing.Printer;
import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.test.OtpTesting;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What goes wrong in the application, so that each view has something to show.
 *
 * @param ended lets the zombie end
 */
record Faults(ConfigurableApplicationContext context, CountDownLatch ended) {
    /** A name that would run a script if it were read as HTML. */
    static final String HOSTILE = "<img src=x onerror=\"window.hacked = 1\"> `|` \"#\"";

    static final int SESSIONS = 250;
    static final int DROPPED = 1_000;

    private static final Duration DELAY = Duration.ofMinutes(14);
    private static final Duration LONG = Duration.ofMinutes(5);

    Faults(ConfigurableApplicationContext context) {
        this(context, new CountDownLatch(1));
    }

    void inject() {
        hostile();
        crash();
        sessions();
        flood();
        hang();
        circle();
        zombie();
        delay();
        Observer observer = context.getBean(Observer.class);
        eventually(() -> assertThat(system().runtime().stuckHandlers()).hasSizeGreaterThan(4));
        eventually(() -> assertThat(observer.failedCalls()).isNotEmpty());
        eventually(() -> assertThat(system().runtime().callCircles()).isNotEmpty());
    }

    private OtpSystem system() {
        return context.getBean(OtpSystem.class);
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
    }

    @SuppressWarnings("unchecked")
    <M> Subject<M> subject(String name) {
        return context.getBean(name, Subject.class);
    }

    private StaticSupervisor supervisor(String path) {
        return StaticSupervisor.of(OtpTesting.pid(system(), path)).orElseThrow();
    }

    private void hostile() {
        supervisor("/billing").startChild(ChildSpecification.worker(HOSTILE, Faults.runs()::start));
    }

    private static ActorBuilder<Integer, Runnable, Subject<Runnable>> runs() {
        return Actor.startingWith(() -> 0)
                .onMessage(
                        (Integer state, Runnable task) -> {
                            task.run();
                            return Next.<Integer, Runnable>continueWith(state);
                        });
    }

    private void crash() {
        Subject<Invoices.Bill> invoices = subject("invoices");
        for (int i = 1; i <= 3; i++) {
            invoices.send(new Invoices.Bill("<b>12,50</b>"));
            assertThat(system()).within(LONG).actor("/billing/invoices").hasRestarts(i);
        }
    }

    private void sessions() {
        @SuppressWarnings("unchecked")
        FactorySupervisor<String, Subject<Billing.Input>> sessions =
                context.getBean("sessions", FactorySupervisor.class);
        Started<Subject<Billing.Input>> ended = sessions.startChild("eve");
        ended.data().send(new Billing.Input("log out"));
        eventually(
                () ->
                        assertThat(ProcessInfo.stateOf(ended.pid()))
                                .isEqualTo(ProcessInfo.State.EXITED));
        for (int i = 0; i < DROPPED; i++) ended.data().send(new Billing.Input("hello"));
        for (int i = 0; i < SESSIONS; i++) sessions.startChild("user" + i);
    }

    private void flood() {
        Subject<Archive.Store> archive = subject("archive");
        for (int i = 0; i < 20_000; i++) archive.send(new Archive.Store(i));
    }

    /** One handler that hangs, two that hang at the same line, and a call that times out. */
    private void hang() {
        Subject<Printer.Print> printer = subject("printer");
        var unused = printer.<Integer>callAsync(LONG, Printer.Print::new);
        this.<Mailer.Mail>subject("mailer").send(new Mailer.Mail("2026-0042"));
        for (String name : new String[] {"scanner-1", "scanner-2"}) {
            start(name).send(Faults::waitForEver);
        }
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Subject<Runnable> start(String name) {
        return supervisor("/billing")
                .startChild(
                        ChildSpecification.worker(name, runs()::start).restart(Restart.TEMPORARY))
                .data();
    }

    private void circle() {
        Subject<Prices.Quote> prices = subject("prices");
        var unused = prices.<Integer>callAsync(LONG, Prices.Quote::new);
    }

    /** A child that failed and is to be started again a good while later. */
    private void delay() {
        StaticSupervisor.Builder suppliers =
                StaticSupervisor.oneForOne()
                        .restartTolerance(4, Duration.ofHours(1))
                        .add(
                                ChildSpecification.worker("supplier", runs()::start)
                                        .backoff(Backoff.fixed(DELAY).jitter(0)));
        supervisor("/billing").startChild(suppliers.supervised("suppliers"));
        OtpTesting.kill(system(), "/billing/suppliers/supplier");
    }

    /** Its code goes on after its process was killed, until the application ends. */
    private void zombie() {
        start("ghost").send(this::ignoreInterrupts);
        eventually(() -> assertThat(isHandling("/billing/ghost")).isTrue());
        OtpTesting.kill(system(), "/billing/ghost");
        eventually(() -> assertThat(system().runtime().zombieCount()).isEqualTo(1));
    }

    private void ignoreInterrupts() {
        while (true) {
            try {
                ended.await();
                return;
            } catch (InterruptedException e) {
                // the code of a zombie does not stop for this
            }
        }
    }

    private boolean isHandling(String path) {
        return ProcessInfo.handlingOf(OtpTesting.pid(system(), path)).isPresent();
    }

    /** Lets the zombie end. */
    void end() {
        ended.countDown();
    }
}
