/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallResult;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.event.ActorCrashedEvent;
import dev.otp4j.spring.event.ActorEvent;
import dev.otp4j.spring.event.ActorRestartedEvent;
import dev.otp4j.spring.event.ActorStartedEvent;
import dev.otp4j.spring.event.ActorStoppedEvent;
import dev.otp4j.spring.event.SupervisorGaveUpEvent;
import dev.otp4j.supervisor.ChildType;
import dev.otp4j.supervisor.SupervisorListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.EventListener;

/** What happens in the tree as events of the application context. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class TreeEventsTests {
    private static final List<ActorEvent> HEARD = new CopyOnWriteArrayList<>();

    record Client(Subject<Counter.Message> counter) {}

    static class Listener {
        @EventListener
        void hear(ActorEvent event) {
            assertThat(Thread.currentThread().isVirtual()).isTrue();
            assertThat(Processes.selfOrNull()).isNull();
            HEARD.add(event);
        }
    }

    static class CatchAll {
        @EventListener
        void hear(ApplicationEvent event) {
            if (event instanceof ActorEvent ofTree) HEARD.add(ofTree);
        }
    }

    static class Throwing extends Listener {
        @Override
        @EventListener
        void hear(ActorEvent event) {
            super.hear(event);
            throw new IllegalStateException("listener failed");
        }
    }

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Counter.class)
                    .withBean(Client.class);

    private static List<String> heard() {
        return HEARD.stream()
                .map(event -> event.getClass().getSimpleName() + " " + event.getPath())
                .toList();
    }

    private static void crash(AssertableApplicationContext context) {
        var counter = context.getBean(Client.class).counter();
        counter.send(new Counter.Crash());
        Duration patience = Duration.ofSeconds(5);
        await().until(
                        () ->
                                counter.tryCall(patience, Counter.Get::new)
                                        instanceof CallResult.Replied);
    }

    @Test
    void areHeardInOrder() {
        HEARD.clear();
        runner.withBean(Listener.class)
                .run(
                        context -> {
                            crash(context);
                            await().until(() -> HEARD.size() == 3);
                        });

        assertThat(heard())
                .containsExactly(
                        "ActorStartedEvent /counter",
                        "ActorCrashedEvent /counter",
                        "ActorRestartedEvent /counter",
                        "ActorStoppedEvent /counter");
        ActorEvent started = HEARD.get(0);
        ActorEvent crashed = HEARD.get(1);
        ActorEvent restarted = HEARD.get(2);
        assertThat(started).isInstanceOf(ActorStartedEvent.class);
        assertThat(started.getDefinition()).isEqualTo("counter");
        assertThat(started.getType()).isEqualTo(ChildType.WORKER);
        assertThat(started.getSystem().name()).isEqualTo("application");
        assertThat(crashed).isInstanceOf(ActorCrashedEvent.class);
        assertThat(crashed.getPid()).isPresent().isEqualTo(started.getPid());
        assertThat(crashed.getCause()).get().isInstanceOf(IllegalStateException.class);
        assertThat(restarted).isInstanceOf(ActorRestartedEvent.class);
        assertThat(restarted.getPid()).isPresent().isNotEqualTo(started.getPid());
        assertThat(HEARD.get(3))
                .isInstanceOfSatisfying(
                        ActorStoppedEvent.class,
                        stopped -> {
                            assertThat(stopped.getReason()).isEqualTo(ExitReason.SHUTDOWN);
                            assertThat(stopped.getCount()).isOne();
                            assertThat(stopped.getPid()).isEqualTo(restarted.getPid());
                        });
    }

    @Test
    void tellThatASupervisorGaveUp() {
        HEARD.clear();
        runner.withBean(Listener.class)
                .withPropertyValues(
                        "otp.supervision.supervisors.root.intensity=0",
                        "otp.supervision.on-root-failure=ignore")
                .run(
                        context -> {
                            context.getBean(Client.class).counter().send(new Counter.Crash());
                            await().until(() -> HEARD.size() == 3);

                            assertThat(HEARD.get(2))
                                    .isInstanceOfSatisfying(
                                            SupervisorGaveUpEvent.class,
                                            gaveUp -> {
                                                assertThat(gaveUp.getPath()).isEqualTo("/");
                                                assertThat(gaveUp.getChildPath())
                                                        .isEqualTo("/counter");
                                            });
                        });
    }

    @Test
    void aListenerThatThrowsHarmsNothing(CapturedOutput output) {
        HEARD.clear();
        runner.withBean(Throwing.class)
                .run(
                        context -> {
                            crash(context);
                            await().until(() -> HEARD.size() == 3);
                            assertThat(Counter.total(context.getBean(Client.class).counter()))
                                    .isZero();
                        });

        assertThat(output.getOut().lines().filter(line -> line.contains("a listener of")))
                .hasSize(1);
    }

    @Test
    void aListenerThatBlocksHarmsNoActor() {
        HEARD.clear();
        var mayGoOn = new CountDownLatch(1);
        runner.withBean("blocking", Blocking.class, () -> new Blocking(mayGoOn))
                .run(
                        context -> {
                            crash(context);
                            crash(context);
                            assertThat(HEARD).hasSizeLessThanOrEqualTo(1);
                            mayGoOn.countDown();
                            await().until(() -> HEARD.size() == 5);
                        });
    }

    static class Blocking {
        private final CountDownLatch mayGoOn;

        Blocking(CountDownLatch mayGoOn) {
            this.mayGoOn = mayGoOn;
        }

        @EventListener
        void hear(ActorEvent event) throws InterruptedException {
            mayGoOn.await();
            HEARD.add(event);
        }
    }

    @Test
    void costNothingWithoutAListener() {
        runner.run(
                context ->
                        assertThat(
                                        context.getBean(OtpSystem.class)
                                                .runtime()
                                                .listeners(SupervisorListener.class))
                                .noneMatch(TreeEventsTests::isOurs));
        runner.withBean(CatchAll.class)
                .run(
                        context ->
                                assertThat(
                                                context.getBean(OtpSystem.class)
                                                        .runtime()
                                                        .listeners(SupervisorListener.class))
                                        .noneMatch(TreeEventsTests::isOurs));
    }

    private static boolean isOurs(Object listener) {
        return listener.getClass().getName().startsWith(TreeEvents.class.getName());
    }

    @Test
    void canBeHadForListenersOfAllEvents() {
        HEARD.clear();
        runner.withBean(CatchAll.class)
                .withPropertyValues("otp.supervision.events=always")
                .run(context -> await().until(() -> HEARD.size() == 1));
    }

    @Test
    void canBeSwitchedOff() {
        HEARD.clear();
        runner.withBean(Listener.class)
                .withPropertyValues("otp.supervision.events=never")
                .run(TreeEventsTests::crash);
        assertThat(HEARD).isEmpty();
    }

    @Test
    void thoseThatFindTheQueueFullAreCountedAndLoggedOnce(CapturedOutput output) {
        var mayGoOn = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        var published = new CopyOnWriteArrayList<ActorEvent>();
        runner.run(
                context -> {
                    var system = context.getBean(OtpSystem.class);
                    var queue =
                            new EventQueue(
                                    system,
                                    event -> {
                                        begun.countDown();
                                        try {
                                            mayGoOn.await();
                                        } catch (InterruptedException e) {
                                            throw new IllegalStateException(e);
                                        }
                                        published.add(event);
                                    });
                    queue.add(event(system, 0));
                    begun.await();
                    IntStream.rangeClosed(1, EventQueue.CAPACITY + 5)
                            .forEach(n -> queue.add(event(system, n)));

                    assertThat(queue.dropped()).isEqualTo(5);
                    mayGoOn.countDown();
                    queue.await(Duration.ofSeconds(30));
                    assertThat(published).hasSize(EventQueue.CAPACITY + 1);
                    assertThat(published)
                            .extracting(ActorEvent::getPath)
                            .startsWith("/0", "/1")
                            .endsWith("/" + EventQueue.CAPACITY);
                    await().until(
                                    () ->
                                            output.getOut()
                                                    .contains(
                                                            "dropped 5 events of the supervision tree"));
                    assertThat(
                                    output.getOut()
                                            .lines()
                                            .filter(line -> line.contains("dropping events")))
                            .hasSize(1);
                });
    }

    private static ActorEvent event(OtpSystem system, int n) {
        return new ActorStartedEvent(
                system, "/" + n, "test", ChildType.WORKER, null, ExitReason.NORMAL);
    }
}
