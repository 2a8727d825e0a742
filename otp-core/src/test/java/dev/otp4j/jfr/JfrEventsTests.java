/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.jfr;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallException;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StuckHandler;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.testkit.Actors;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each event, provoked, recorded and read back from the file. */
@Timeout(60)
class JfrEventsTests {
    private static final String SECRET = "4711-secret";

    private record Boom(String text) {}

    private record Ask(Subject<String> reply) {}

    private record Wait(CountDownLatch end) {}

    private final Name<Object> name = Name.create("desk", Vacancy.holding(100));
    private final CountDownLatch told = new CountDownLatch(1);
    private final SupervisorListener after =
            new SupervisorListener() {
                @Override
                public void handlerStuck(StuckHandler stuck) {
                    told.countDown();
                }
            };
    @TempDir Path folder;

    private OtpSystem system(ProcessRuntimeChange change) {
        var desk =
                Actor.startingWith(() -> 0)
                        .onMessage((Integer state, Object message) -> handle(state, message))
                        .named(name);
        return OtpSystem.builder("shop")
                .listener(new JfrEvents())
                .listener(after)
                .runtime(runtime -> change.of(runtime.stuckAfter(Duration.ofMillis(1))))
                .root(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .restartTolerance(1, Duration.ofMinutes(1))
                                        .add(ChildSpecification.worker("desk", desk::start)))
                .build();
    }

    private interface ProcessRuntimeChange {
        void of(ProcessRuntime.Builder builder);
    }

    private static Next<Integer, Object> handle(Integer state, Object message) {
        if (message instanceof Boom(String text)) {
            throw new IllegalStateException(text, new UnsupportedOperationException(text));
        }
        if (message instanceof Wait(CountDownLatch end)) awaitQuietly(end);
        return Next.continueWith(state);
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Recording recording(String... settings) {
        var recording = new Recording();
        for (String event : settings) recording.enable("dev.otp4j." + event);
        recording.start();
        return recording;
    }

    private List<RecordedEvent> events(Recording recording, String type) throws IOException {
        Path file = folder.resolve(type + ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("dev.otp4j." + type))
                .toList();
    }

    private static void assertNoSecrets(List<RecordedEvent> events) {
        assertThat(events).noneMatch(event -> event.toString().contains(SECRET));
    }

    @Test
    void aCrashARestartAndTheEndOfTheTolerance() throws IOException {
        try (Recording recording = recording("Crash", "Restart", "GaveUp");
                OtpSystem system = system(runtime -> {})) {
            system.start();
            name.subject().send(new Boom(SECRET));
            eventually("it runs again", () -> system.restarts() == 1);
            name.subject().send(new Boom(SECRET));
            eventually("it gives up", () -> system.state() == OtpSystem.State.GAVE_UP);
            assertThat(system.runtime().awaitReports(SOON)).isTrue();
            recording.stop();

            List<RecordedEvent> crashes =
                    events(recording, "Crash").stream()
                            .filter(event -> "/desk".equals(event.getString("path")))
                            .toList();
            assertThat(crashes).hasSize(2);
            RecordedEvent crash = crashes.getFirst();
            assertThat(crash.getString("definition")).isEqualTo("desk");
            assertThat(crash.getString("exceptionType"))
                    .isEqualTo(IllegalStateException.class.getName());
            assertThat(crash.getString("rootCauseType"))
                    .isEqualTo(UnsupportedOperationException.class.getName());
            assertThat(crash.getString("messageType")).isEqualTo(Boom.class.getName());
            assertThat(crash.getString("frame")).contains("JfrEventsTests.handle");
            assertThat(crash.getInt("mailboxSize")).isNotNegative();
            assertNoSecrets(crashes);

            List<RecordedEvent> restarts = events(recording, "Restart");
            assertThat(restarts).hasSize(1);
            assertThat(restarts.getFirst().getString("path")).isEqualTo("/desk");
            assertThat(restarts.getFirst().getString("definition")).isEqualTo("desk");
            assertThat(restarts.getFirst().getString("reasonType"))
                    .isEqualTo(IllegalStateException.class.getName());
            assertThat(restarts.getFirst().getDuration("took")).isPositive();

            List<RecordedEvent> gaveUp = events(recording, "GaveUp");
            assertThat(gaveUp).hasSize(1);
            assertThat(gaveUp.getFirst().getString("path")).isEqualTo("/");
            assertThat(gaveUp.getFirst().getString("definition")).isEqualTo("root");
            assertThat(gaveUp.getFirst().getString("child")).isEqualTo("/desk");
        }
    }

    private String call(Duration limit) {
        return name.subject().call(limit, (Subject<String> reply) -> new Ask(reply));
    }

    @Test
    void aFailedCallADroppedMessageAndAStuckHandler() throws IOException {
        var end = new CountDownLatch(1);
        try (Recording recording = recording("CallFailed", "Dropped", "Stuck");
                OtpSystem system = system(runtime -> {})) {
            system.start();
            assertThatThrownBy(() -> call(Duration.ofMillis(1)))
                    .isInstanceOf(CallException.TimedOut.class);
            name.subject().send(new Wait(end));
            eventually("it is told", () -> told.getCount() == 0);
            end.countDown();
            Subject<Runnable> dead = Actors.running(system.runtime());
            Processes.kill(dead.owner());
            dead.send(() -> {});
            recording.stop();

            RecordedEvent call = events(recording, "CallFailed").getFirst();
            assertThat(call.getString("caller")).isNull();
            assertThat(call.getString("callee")).isEqualTo("/desk");
            assertThat(call.getString("requestType")).isEqualTo(Ask.class.getName());
            assertThat(call.getString("outcome")).isEqualTo("TimedOut");
            assertThat(call.getLong("total")).isEqualTo(1);

            RecordedEvent stuck = events(recording, "Stuck").getFirst();
            assertThat(stuck.getString("path")).isEqualTo("/desk");
            assertThat(stuck.getString("definition")).isEqualTo("desk");
            assertThat(stuck.getString("messageType")).isEqualTo(Wait.class.getName());
            assertThat(stuck.getDuration("busyFor")).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(stuck.getString("frame")).contains("awaitQuietly");
            assertThat(stuck.getString("awaits")).isNull();

            RecordedEvent dropped = events(recording, "Dropped").getFirst();
            assertThat(dropped.getString("receiver")).isEqualTo(dead.owner().toString());
            assertThat(dropped.getString("reason")).isEqualTo("DEAD");
            assertThat(dropped.getString("messageType")).contains("JfrEventsTests");
            assertThat(dropped.getLong("total")).isPositive();
        }
    }

    private static final class Counting implements HandlerTiming {
        final LongAdder handled = new LongAdder();

        @Override
        public @Nullable Recorder recorder(Pid process) {
            return (nanos, failed) -> handled.increment();
        }
    }

    private static Recording slow(Duration threshold) {
        var recording = new Recording();
        recording.enable("dev.otp4j.HandlerSlow").withThreshold(threshold);
        recording.start();
        return recording;
    }

    private void handle(Counting timed, int soFar) {
        name.subject().send(new Wait(new CountDownLatch(0)));
        eventually("it was handled", () -> timed.handled.sum() == soFar);
    }

    @Test
    void aHandlerThatTakesLongerThanTheThresholdOfTheRecording() throws Exception {
        var also = new Counting();
        try (OtpSystem system = system(r -> r.timing(1, JfrEvents.slowHandlers(also)))) {
            system.start();
            handle(also, 1); // no recording runs
            try (Recording patient = slow(Duration.ofHours(1))) {
                handle(also, 2);
                patient.stop();
                assertThat(events(patient, "HandlerSlow")).isEmpty();
            }
            Recording strict = slow(Duration.ofNanos(1));
            handle(also, 3);
            strict.stop();

            List<RecordedEvent> slow = events(strict, "HandlerSlow");
            strict.close();
            assertThat(slow).hasSize(1);
            RecordedEvent last = slow.getLast();
            assertThat(last.getDuration()).isPositive();
            assertThat(last.getString("path")).isEqualTo("/desk");
            assertThat(last.getString("definition")).isEqualTo("desk");
            assertThat(last.getString("messageType")).isEqualTo(Wait.class.getName());
            assertThat(last.getBoolean("failed")).isFalse();
            assertThat(last.getThread().getJavaName()).isEqualTo("otp:/desk");
        }
    }

    @Test
    void eachTypeAndEachFieldIsExplained() {
        for (Class<?> type : Events.class.getDeclaredClasses()) {
            FlightRecorder.register(type.asSubclass(jdk.jfr.Event.class));
            EventType event = EventType.getEventType(type.asSubclass(jdk.jfr.Event.class));
            assertThat(event.getName()).isEqualTo("dev.otp4j." + type.getSimpleName());
            assertThat(event.getLabel()).isNotBlank();
            assertThat(event.getDescription()).isNotBlank();
            assertThat(event.getAnnotation(Category.class).value()).containsExactly("OTP");
            for (var field : type.getDeclaredFields()) {
                if (isFlightRecordersOwn(field)) continue;
                ValueDescriptor shown = event.getField(field.getName());
                assertThat(shown).as(field.toString()).isNotNull();
                assertThat(shown.getAnnotation(Label.class)).as(field.toString()).isNotNull();
                assertThat(shown.getAnnotation(Description.class)).as(field.toString()).isNotNull();
            }
        }
    }

    /** Flight Recorder adds fields when it loads a type. */
    private static boolean isFlightRecordersOwn(Field field) {
        int modifiers = field.getModifiers();
        return Modifier.isStatic(modifiers) || Modifier.isTransient(modifiers);
    }
}
