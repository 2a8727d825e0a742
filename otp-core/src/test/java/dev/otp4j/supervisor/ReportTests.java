/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallResult;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Redaction;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.SupervisorReport.Context;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which failures are reported to which sinks, in which order, and what a bad sink cannot break. */
@Timeout(30)
class ReportTests {
    private static final Duration HOUR = Duration.ofHours(1);

    private record Fail(String secret) {}

    private record Ask(String secret, CountDownLatch waits, Subject<String> replyTo) {}

    private final Name<Object> name = Name.create("keeper", Vacancy.holding(10));
    private final AtomicInteger starts = new AtomicInteger();

    /** Everything that listeners are told, in one list. */
    private static final class Told implements SupervisorListener {
        final List<Object> all = new CopyOnWriteArrayList<>();
        final List<SupervisorReport> counted = new CopyOnWriteArrayList<>();

        @Override
        public void reported(SupervisorReport report) {
            all.add(report);
        }

        @Override
        public void counted(SupervisorReport report) {
            counted.add(report);
        }

        @Override
        public void processCrashed(CrashReport report) {
            all.add(report);
        }

        List<String> words() {
            return all.stream()
                    .map(told -> told instanceof SupervisorReport r ? r.context() : "CRASH")
                    .map(Object::toString)
                    .toList();
        }

        CrashReport crash() {
            return all.stream()
                    .filter(CrashReport.class::isInstance)
                    .map(CrashReport.class::cast)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private ChildSpecification<Subject<Object>> keeper() {
        return ChildSpecification.worker(
                "keeper",
                () ->
                        Actor.startingWith(
                                        () -> {
                                            starts.incrementAndGet();
                                            return List.of("secret", "secret", "secret");
                                        })
                                .onMessage(ReportTests::handle)
                                .named(name)
                                .start());
    }

    private static Next<List<String>, Object> handle(List<String> state, Object message) {
        if (message instanceof Fail) throw new IllegalStateException("failed");
        if (message instanceof Ask ask) {
            stubbornly(ask.waits());
            return Next.stop(ExitReason.abnormal("asked"));
        }
        return Next.continueWith(state);
    }

    private OtpSystem.Builder system() {
        return OtpSystem.builder("reports")
                .root(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .restartTolerance(1_000_000, HOUR)
                                        .add(keeper()));
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            int before = starts.get();
            name.subject().send(new Fail("secret"));
            eventually("restarted", () -> starts.get() > before);
        }
    }

    private static void settle(OtpSystem system, int restarts) {
        eventually("restarted", () -> system.restarts() == restarts);
        assertThat(system.runtime().awaitReports(SOON)).isTrue();
    }

    @Test
    @Rule({"L-04", "L-07"})
    void aFailureIsToldAsCrashThenEndThenProgress() {
        var told = new Told();
        try (var log = new LogLines("dev.otp4j");
                OtpSystem system = system().listener(told).build()) {
            system.start();

            for (int failure = 1; failure <= 3; failure++) {
                fail(1); // the next one not before this one's restart was told
                settle(system, failure);
            }

            assertThat(told.words())
                    .containsExactly(
                            "STARTED",
                            "CRASH",
                            "CHILD_TERMINATED",
                            "RESTARTED",
                            "CRASH",
                            "CHILD_TERMINATED",
                            "RESTARTED",
                            "CRASH",
                            "CHILD_TERMINATED",
                            "RESTARTED");
            assertThat(log.matching("context="))
                    .extracting(line -> line.replaceAll(".*context=(\\w+).*", "$1"))
                    .startsWith("started", "crash", "child_terminated", "restarted", "crash")
                    .hasSize(10);
            Pid first = ((SupervisorReport) told.all.getFirst()).pid();
            assertThat(told.crash().process()).isEqualTo(first);
        }
    }

    @Test
    @Rule("L-04")
    void aFactorysChildrenCountAndAreNoNews() {
        var told = new Told();
        FactoryName<String, Subject<Object>> factory = FactoryName.create("factory");

        ActorBuilder<List<String>, Object, Subject<Object>> keeping =
                Actor.startingWith(List::<String>of).onMessage(ReportTests::handle);
        ChildSpecification<?> keepers =
                FactorySupervisor.<String, Subject<Object>>workerChild(
                                (String id) -> keeping.start())
                        .named(factory)
                        .supervised("factory");
        try (OtpSystem system = Trees.system("reports", keepers).listener(told).build()) {
            system.start();

            FactorySupervisor.byName(factory).startChild("a").data().send(new Fail("secret"));

            settle(system, 1);
            assertThat(told.words())
                    .containsExactly("STARTED", "CRASH", "CHILD_TERMINATED", "RESTARTED");
            assertThat(told.counted)
                    .extracting(SupervisorReport::context)
                    .containsExactly(
                            Context.STARTED,
                            Context.STARTED,
                            Context.CHILD_TERMINATED,
                            Context.RESTARTED);
        }
    }

    @Test
    @Rule({"L-01", "L-02"})
    void aSupervisorsReportHasOtpsFourFieldsAndTheDecision() {
        var told = new Told();
        try (OtpSystem system = system().listener(told).build()) {
            system.start();

            fail(1);

            settle(system, 1);
            var report = (SupervisorReport) told.all.get(2);
            assertThat(report.toString())
                    .matches(
                            "supervisor=<0\\.\\d+>/ context=child_terminated"
                                    + " reason=abnormal\\(IllegalStateException\\) offender=keeper"
                                    + " pid=<0\\.\\d+>/keeper restart=PERMANENT type=WORKER"
                                    + " shutdown=PT5S significant=false"
                                    + " decision=\"restart, 1 of 1000000 restarts in PT1H\"");
        }
    }

    @Test
    @Rule({"L-03", "V-24"})
    void givingUpIsReportedWithTheChildThatFailedOnceTooOften() {
        var told = new Told();
        try (OtpSystem system =
                OtpSystem.builder("reports")
                        .listener(told)
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(0, HOUR)
                                                .add(keeper()))
                        .build()) {
            system.start();
            var ended = system.whenTerminated().toCompletableFuture();

            name.subject().send(new Fail("secret"));

            dev.otp4j.testkit.Expect.get(ended);
            assertThat(system.runtime().awaitReports(SOON)).isTrue();
            assertThat(told.words())
                    .containsExactly("STARTED", "CRASH", "CHILD_TERMINATED", "SHUTDOWN");
            var report = (SupervisorReport) told.all.getLast();
            assertThat(report.child()).isEqualTo("keeper");
            assertThat(report.reason())
                    .isEqualTo(ExitReason.shutdown("reached_max_restart_intensity"));
            assertThat(report.decision()).isEqualTo("gives up: more than 0 restarts in PT1H");
        }
    }

    @Test
    @Rule({"L-05", "L-06"})
    void aCrashReportSaysWhatTheProcessWasAndWasAt() throws Exception {
        var told = new Told();
        try (OtpSystem system = system().listener(told).build()) {
            system.start();
            Pid root = system.tree(0, 0).orElseThrow().pid();
            Pid keeper = system.find("/keeper", 0, 0).orElseThrow().pid();
            var waits = new CountDownLatch(1);

            var client = new java.util.concurrent.CompletableFuture<Pid>();
            Supplier<CallResult<String>> ask =
                    () -> {
                        client.complete(Processes.self());
                        return name.subject()
                                .tryCall(
                                        SOON,
                                        (Subject<String> reply) -> new Ask("secret", waits, reply));
                    };
            var process = Thread.ofVirtual().start(() -> Processes.run(system.runtime(), ask));
            Pid asking = client.get();
            eventually("it waits", () -> keeper.equals(ProcessInfo.of(asking).awaits()));
            name.subject().send("queued");

            waits.countDown();

            settle(system, 1);
            process.join();
            CrashReport crash = told.crash();
            assertThat(crash.process()).isEqualTo(keeper);
            assertThat(crash.name()).isSameAs(name);
            assertThat(crash.module().getName()).startsWith(ReportTests.class.getName());
            assertThat(crash.reason()).isEqualTo(ExitReason.abnormal("asked"));
            assertThat(crash.ancestors()).first().isEqualTo(root);
            assertThat(crash.links()).containsExactly(root);
            assertThat(crash.mailboxSize()).isOne();
            assertThat(crash.trapsExits()).isFalse();
            assertThat(crash.client()).isEqualTo(asking);
            assertThat(crash.lastMessage()).isEqualTo(Ask.class.getTypeName());
            assertThat(crash.state()).endsWith(" of 3");
            assertThat(crash.toString())
                    .doesNotContain("secret")
                    .contains("queued=1", "client=" + asking, "links=[" + root + "]");
        }
    }

    @Test
    @Rule("L-06")
    void howMessagesAndStatesAreShownCanBeSaid() {
        var told = new Told();
        Redaction redaction =
                value -> {
                    if (value instanceof Fail) return "a failure";
                    throw new IllegalArgumentException("not this");
                };
        try (OtpSystem system =
                system().listener(told).runtime(r -> r.redaction(redaction)).build()) {
            system.start();

            fail(1);

            settle(system, 1);
            assertThat(told.crash().lastMessage()).isEqualTo("a failure");
            assertThat(told.crash().state())
                    .isEqualTo("redaction failed: java.lang.IllegalArgumentException");
        }
    }

    @Test
    @Rule("L-06")
    void byDefaultOnlyTypesAndSizesAreShown() {
        assertThat(Redaction.typeAndSize("secret")).isEqualTo("java.lang.String of 6");
        assertThat(Redaction.typeAndSize(new byte[] {1, 2})).isEqualTo("byte[] of 2");
        assertThat(Redaction.typeAndSize(new ArrayList<>(List.of("secret"))))
                .isEqualTo("java.util.ArrayList of 1");
        assertThat(Redaction.typeAndSize(java.util.Map.of("secret", 1))).endsWith(" of 1");
        assertThat(Redaction.typeAndSize(new Fail("secret"))).isEqualTo(Fail.class.getTypeName());
    }

    /** What is appended to all log lines of the engine until this is closed. */
    private record Appender(Handler handler) implements AutoCloseable {
        private static final Logger LOGGER = Logger.getLogger("dev.otp4j");

        Appender(Consumer<LogRecord> sink) {
            this(
                    new Handler() {
                        @Override
                        public void publish(LogRecord record) {
                            sink.accept(record);
                        }

                        @Override
                        public void flush() {}

                        @Override
                        public void close() {}
                    });
            handler.setLevel(Level.ALL);
            LOGGER.addHandler(handler);
            LOGGER.setUseParentHandlers(false);
        }

        @Override
        public void close() {
            LOGGER.setUseParentHandlers(true);
            LOGGER.removeHandler(handler);
        }
    }

    @Test
    @Rule("L-07")
    void aLogThatIsStuckHoldsNobodyUp() throws Exception {
        var release = new CountDownLatch(1);
        var stuck = new CountDownLatch(1);
        var told = new Told();
        try (var appender =
                        new Appender(
                                record -> {
                                    stuck.countDown();
                                    stubbornly(release);
                                });
                OtpSystem system = system().listener(told).build()) {
            system.start();

            fail(200);

            stuck.await();
            eventually("restarted", () -> system.restarts() == 200);
            assertThat(system.stop(SOON)).isTrue();
            assertThat(told.words()).doesNotContain("RESTARTED");
            release.countDown();
            assertThat(system.runtime().awaitReports(SOON)).isTrue();
            assertThat(told.words()).hasSize(1 + 3 * 200);
        }
    }

    @Test
    @Rule("L-07")
    void aListenerThatIsStuckHoldsNobodyUpAndWhatIsTooMuchIsCounted() {
        var release = new CountDownLatch(1);
        var counted = new AtomicInteger();
        var reported = new AtomicInteger();
        var stuck =
                new SupervisorListener() {
                    @Override
                    public void reported(SupervisorReport report) {
                        reported.incrementAndGet();
                        stubbornly(release);
                    }

                    @Override
                    public void counted(SupervisorReport report) {
                        counted.incrementAndGet();
                    }
                };
        try (var silence = new Appender(record -> {});
                OtpSystem system = system().listener(stuck).build()) {
            system.start();

            fail(3_000); // three reports each

            eventually("restarted", () -> system.restarts() == 3_000);
            assertThat(counted).hasValue(1 + 2 * 3_000);
            assertThat(system.runtime().droppedReports()).isPositive();
            release.countDown();
            assertThat(system.runtime().awaitReports(SOON)).isTrue();
            assertThat(reported.get() + system.runtime().droppedReports())
                    .isBetween(1L + 2 * 3_000, 1L + 3 * 3_000);
        }
    }

    @Test
    @Rule("L-07")
    void whatIsCountedIsInTheLogWhenTheReportsWereAwaited() {
        var reported = new CopyOnWriteArrayList<SupervisorReport>();
        var missing = new CopyOnWriteArrayList<SupervisorReport>();
        var runtime = new AtomicReference<ProcessRuntime>();
        var awaiting =
                new SupervisorListener() {
                    @Override
                    public void reported(SupervisorReport report) {
                        reported.add(report);
                    }

                    @Override
                    public void counted(SupervisorReport report) {
                        ProcessRuntime present = runtime.get();
                        if (present == null) return; // the first start
                        assertThat(present.awaitReports(SOON)).isTrue();
                        if (!reported.contains(report)) missing.add(report);
                    }
                };
        try (OtpSystem system = system().listener(awaiting).build()) {
            system.start();
            runtime.set(system.runtime());

            fail(3);

            settle(system, 3);
            assertThat(reported).hasSize(1 + 2 * 3);
            assertThat(missing).isEmpty();
        }
    }

    @Test
    @Rule("L-07")
    void aLogOrListenerThatFailsHarmsNobody() {
        var told = new Told();
        ProcessListener failing =
                new SupervisorListener() {
                    @Override
                    public void reported(SupervisorReport report) {
                        Thread.currentThread().interrupt();
                        throw new AssertionError("listener");
                    }

                    @Override
                    public void counted(SupervisorReport report) {
                        Thread.currentThread().interrupt();
                        throw new AssertionError("counter");
                    }

                    @Override
                    public void processCrashed(CrashReport report) {
                        throw new AssertionError("listener");
                    }
                };
        try (var appender =
                        new Appender(
                                record -> {
                                    throw new IllegalStateException("log");
                                });
                OtpSystem system = system().listener(failing).listener(told).build()) {
            system.start();

            fail(20);

            settle(system, 20);
            assertThat(told.words()).hasSize(1 + 3 * 20);
            assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
        }
    }
}
