/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.cases.Lines.Line;
import dev.otp4j.process.DropReason;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What the log says, and when it says nothing. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class LogCases {
    private static ConfigurableApplicationContext run() {
        return Contexts.run(Contexts.Auto.class, Probe.class, Contexts.Client.class);
    }

    private static void assertCrashIsLogged(
            ConfigurableApplicationContext context, CapturedOutput output, String text) {
        OtpSystem system = context.getBean(OtpSystem.class);
        Subject<Probe.Message> probe = Contexts.probe(context);
        long before = system.restarts();
        probe.send(Probe.fail(text));
        await().until(() -> system.restarts() > before);
        await().atMost(Probe.PATIENCE)
                .untilAsserted(() -> assertThat(output.getAll()).contains(text));
    }

    @Test
    @Tag("S5")
    void theLogGoesOnAfterTheContextWasStoppedAndStarted(CapturedOutput output) {
        try (var context = run()) {
            assertCrashIsLogged(context, output, "crash-before");
            context.stop();
            context.start();
            assertCrashIsLogged(context, output, "crash-after");
        }
    }

    @Test
    @Tag("S5")
    void theLogGoesOnInAContextThatPausedWhileAnotherRan(CapturedOutput output) {
        try (var first = run()) {
            assertCrashIsLogged(first, output, "crash-first");
            first.stop();
            try (var second = run()) {
                assertCrashIsLogged(second, output, "crash-second");
                second.stop();
                first.start();
                assertCrashIsLogged(first, output, "crash-again");
            }
        }
    }

    private static final int HOLD = 500;
    private static final int SENDS = 600;
    private static final Pattern LOSS =
            Pattern.compile("drop|lost|lose|full|discard", Pattern.CASE_INSENSITIVE);
    private static final Pattern LOSSES =
            Pattern.compile("otp\\..*(dead|drop|lost|discard|reject).*");

    @Test
    @Tag("N3")
    void messagesBeyondWhatIsHeldAreSeenToBeLost() {
        try (var lines = new Lines()) {
            Contexts.withProbe()
                    .withBean(Heard.class)
                    .withPropertyValues("otp.mailbox.hold=" + HOLD)
                    .run(
                            context -> {
                                context.getSourceApplicationContext().stop();
                                Subject<Probe.Message> probe = Contexts.probe(context);
                                for (int i = 0; i < SENDS; i++) probe.send(new Probe.Add(1));
                                OtpSystem system = context.getBean(OtpSystem.class);
                                assertThat(system.runtime().deadLetters(DropReason.FULL))
                                        .isGreaterThanOrEqualTo(SENDS - HOLD);

                                await().untilAsserted(() -> assertLossIsLogged(lines));
                                var heard = context.getBean(Heard.class);
                                assertThat(heard.count("messageDropped"))
                                        .isGreaterThanOrEqualTo(SENDS - HOLD);
                                assertThat(losses(context.getBean(MeterRegistry.class)))
                                        .isGreaterThanOrEqualTo(SENDS - HOLD);
                            });
        }
    }

    /** Checks that the loss is logged, but not once for each message. */
    private static void assertLossIsLogged(Lines lines) {
        List<Line> losses =
                lines.all().stream().filter(line -> LOSS.matcher(line.text()).find()).toList();
        assertThat(losses).hasSizeBetween(1, 10);
    }

    private static double losses(MeterRegistry registry) {
        double losses = 0;
        for (Meter meter : registry.getMeters()) {
            if (!LOSSES.matcher(meter.getId().getName()).matches()) continue;
            for (Measurement measurement : meter.measure()) losses += measurement.getValue();
        }
        return losses;
    }

    private static final int RESTARTS = 3;

    private record Listed(List<SupervisorReport> reports) implements SupervisorListener {
        @Override
        public void reported(SupervisorReport report) {
            reports.add(report);
        }
    }

    @Test
    @Tag("N5")
    void asManyLinesSayThatAChildIsStartedAgainAsItIs() {
        List<SupervisorReport> reports = new CopyOnWriteArrayList<>();
        var listener = new Listed(reports);
        try (var lines = new Lines();
                var one =
                        OneWorker.<Probe.Message>of(
                                "probe",
                                Probe::new,
                                RESTARTS,
                                builder -> builder.listener(listener))) {
            for (int i = 1; i <= RESTARTS; i++) {
                one.worker().send(Probe.fail("crash " + i));
                one.awaitRestarts(i);
            }
            one.worker().send(Probe.fail("one too many"));
            await().until(() -> one.system().state() == OtpSystem.State.GAVE_UP);
            one.system().runtime().awaitReports(Probe.PATIENCE);

            assertThat(announced(reports)).hasSize(RESTARTS);
            assertThat(lines.with("context=restarted", "reason=normal")).isEmpty();
        }
    }

    /** The reports of the child's ends after which a restart is announced. */
    private static List<SupervisorReport> announced(List<SupervisorReport> reports) {
        return reports.stream()
                .filter(report -> report.context() == SupervisorReport.Context.CHILD_TERMINATED)
                .filter(report -> report.decision().startsWith("restart"))
                .toList();
    }
}
