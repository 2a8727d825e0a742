/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.billing.Archive;
import com.example.billing.Billing;
import com.example.billing.Invoices;
import com.example.billing.Mailer;
import com.example.billing.Paper;
import com.example.billing.Prices;
import com.example.billing.Printer;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.supervisor.FactorySupervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Asks a running relay with faults the ten questions of {@code docs/operations.md}, each by one
 * request or one log line, and holds the answers in the document against the real ones.
 */
@ExtendWith(OutputCaptureExtension.class)
class OperationsGuideTests {
    private static final String WRITE = "operations.write";
    private static final Guide GUIDE = new Guide(Path.of("..", "docs", "operations.md"));
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int STORM = 10_000;

    @TempDir static Path folder;
    private static ConfigurableApplicationContext context;
    private static Relay relay;
    private static Instant begin;

    @BeforeAll
    @Timeout(240) // enough for a busy machine
    static void startWithFaults(CapturedOutput log) throws IOException {
        context =
                new SpringApplicationBuilder(SampleApplication.class, Billing.class)
                        .run(
                                "--server.port=0",
                                "--relay.data-dir=" + folder,
                                "--spring.main.banner-mode=off");
        var web = (ServletWebServerApplicationContext) context;
        relay = new Relay(web.getWebServer().getPort());
        Faults.eventually("?view=events&format=text", "/billing +started");
        Faults.eventually("?view=events&format=text", "relay is running");
        Instant started = Instant.now();
        await().until(() -> Instant.now().getEpochSecond() > started.getEpochSecond());
        begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Faults.inject();
        if (Boolean.getBoolean(WRITE)) GUIDE.write(begin.toString(), shown -> now(shown, log));
    }

    @AfterAll
    static void stop() {
        context.getBean(Paper.class).refill();
        context.close();
    }

    /** What goes wrong, one after another, so that the events have an order. */
    private static final class Faults {
        static void inject() {
            crash();
            storm();
            flood();
            hang();
            circle();
        }

        private static void crash() {
            Subject<Invoices.Bill> invoices = subject("invoices");
            for (int i = 1; i <= 3; i++) {
                invoices.send(new Invoices.Bill("12,50"));
                eventually("?view=crashes&format=text", i + " of 4 restarts in .*ran again after");
            }
        }

        private static void storm() {
            @SuppressWarnings("unchecked")
            FactorySupervisor<String, Subject<Billing.Input>> sessions =
                    context.getBean("sessions", FactorySupervisor.class);
            Started<Subject<Billing.Input>> started = sessions.startChild("eve");
            Subject<Billing.Input> session = started.data();
            session.send(new Billing.Input("log out"));
            await().until(() -> ProcessInfo.stateOf(started.pid()) == ProcessInfo.State.EXITED);
            for (int i = 0; i < STORM; i++) session.send(new Billing.Input("hello"));
            eventually("?view=dropped&format=text", STORM + " +dead");
        }

        private static void hang() {
            Subject<Printer.Print> printer = subject("printer");
            var unused = printer.<Integer>callAsync(LONG.multipliedBy(5), Printer.Print::new);
            eventually("?view=actors&sort=busy&limit=1", "/billing/printer");
            subject("mailer").send(new Mailer.Mail("2026-0042"));
            eventually("?view=stuck", "/billing/printer");
            eventually("?view=calls", "timed-out");
        }

        private static void circle() {
            Subject<Prices.Quote> prices = subject("prices");
            var unused = prices.<Integer>callAsync(LONG.multipliedBy(5), Prices.Quote::new);
            eventually("?view=stuck", "\"count\":3");
            eventually("?view=events&format=text", "stuck +/billing/prices");
            eventually("?view=events&format=text", "stuck +/billing/discounts");
            eventually("?view=events", "call-circle");
        }

        private static void flood() {
            Subject<Archive.Store> archive = subject("archive");
            for (int i = 0; i < 5_000; i++) archive.send(new Archive.Store(i));
            eventually("?view=actors&sort=mailbox&limit=1", "/billing/archive.*oldest.*handling");
        }

        @SuppressWarnings("unchecked")
        private static <M> Subject<M> subject(String name) {
            return context.getBean(name, Subject.class);
        }

        private static void eventually(String request, String pattern) {
            Pattern expected = Pattern.compile(pattern, Pattern.DOTALL);
            await().atMost(LONG)
                    .untilAsserted(
                            () ->
                                    assertThat(get("/actuator/otp" + request))
                                            .containsPattern(expected));
        }
    }

    private static String get(String path) {
        Relay.Answer answer = relay.get(path);
        assertThat(answer.status()).as(path).isEqualTo(200);
        return answer.response().body();
    }

    // ---- the document

    static List<Guide.Shown> shown() {
        return GUIDE.shown();
    }

    @ParameterizedTest
    @MethodSource("shown")
    void theDocumentShowsTheRealAnswer(Guide.Shown shown, CapturedOutput log) {
        await().untilAsserted(
                        () ->
                                assertThat(Guide.shape(now(shown, log)))
                                        .as(
                                                "'%s' in docs/operations.md is stale; write the"
                                                        + " document again with: mvnw -pl sample-app"
                                                        + " -am test -Dtest=OperationsGuideTests"
                                                        + " -D%s=true",
                                                shown, WRITE)
                                        .isEqualTo(Guide.shape(shown.text())));
    }

    @Test
    void theDocumentHasTenQuestionsWithAnAnswerEach() {
        String[] sections = GUIDE.read().split("\n## (?=\\d+\\. )");
        assertThat(sections).hasSize(11);
        for (int i = 1; i <= 10; i++) {
            assertThat(sections[i]).startsWith(i + ". ").containsPattern("```(text|log)\n\\S");
        }
    }

    // ---- the ten questions

    @Test
    void whatDoesTheTreeLookLike() {
        assertThat(text("?format=text"))
                .startsWith("root  supervisor  running\n")
                .contains("|- ledger  actor  running", "|  |- couriers  factory-supervisor")
                .contains("- billing  supervisor  running  tolerance=3/4")
                .contains("  |- printer  actor  stuck  mailbox=")
                .contains(
                        "  |- invoices  actor  running  restarts=3  last failure java.lang.Number");
    }

    @Test
    void whichActorIsSlowAndOnWhichLineOfCode() {
        assertThat(text("?view=stuck&format=text&limit=1"))
                .startsWith("3 handlers are stuck, 1 shown\n")
                .containsPattern("\n/billing/printer {2}for [\\d.ms ]+ with Printer\\$Print\n")
                .contains("\n  at com.example.billing.Printer.feed(Printer.java:")
                .doesNotContain("java.base", "dev.otp4j");
        assertThat(text("?view=stuck&format=text"))
                .containsPattern("/billing/prices {2}for .* waits for /billing/discounts\n");
    }

    @Test
    void whichMailboxGrowsAndHowOldIsItsOldestMessage() {
        List<String> lines = text("?view=actors&sort=mailbox&limit=2&format=text").lines().toList();
        assertThat(lines.get(1)).startsWith("MAILBOX  OLDEST");
        assertThat(lines.get(2)).matches(" +\\d{3,4} +[\\d.]+(m?s|m \\d+s) .*/billing/archive .*");
        assertThat(lines).hasSize(4);
        assertThat(text("?view=actors&sort=age&limit=2&format=text"))
                .contains("/billing/archive", "/billing/printer");
    }

    @Test
    void whatCrashedOnWhichMessageAndWhatDidTheSupervisorDo(CapturedOutput log) {
        assertThat(text("?view=crashes&format=text"))
                .startsWith("invoices  3 x java.lang.NumberFormatException on Invoices$Bill\n")
                .contains("at com.example.billing.Invoices.amount(Invoices.java:")
                .contains("restart, 3 of 4 restarts in PT1H; ran again after ")
                .doesNotContain("decimal digit");
        assertThat(log).contains("decision=\"restart, 3 of 4 restarts in PT1H\"");
    }

    @Test
    void howNearIsEachSupervisorToGivingUp() {
        assertThat(text("?view=budgets&format=text").lines().skip(1).map(Guide::shapeOfLine))
                .hasSize(5)
                .first()
                .isEqualTo(Guide.shapeOfLine("75 % 3 4 1h /billing"));
        assertThat(text("?view=budgets&format=text"))
                .containsPattern("75 % +3 +4 +1h +/billing\n")
                .containsPattern("0 % +0 +100 +10m +/relay/couriers\n");
    }

    @Test
    void whyDidThisCallTimeOut(CapturedOutput log) {
        assertThat(text("?view=calls&format=text"))
                .startsWith("printer  1 x timed-out")
                .contains("last from /billing/mailer with Printer$Print")
                .contains("did not reply within PT0.5S: it is handling Printer$Print");
        assertThat(log)
                .containsPattern("is not printed: <.*>/billing/printer did not reply within");
    }

    @Test
    void whichActorWaitsForWhichAndInACircle(CapturedOutput log) {
        assertThat(text("?view=waits&format=text"))
                .startsWith("2 waiting, 1 circle\n")
                .containsPattern("/billing/prices +/billing/discounts .*Prices\\$Quote")
                .containsPattern("/billing/discounts +/billing/prices .*Discounts\\$Apply")
                .endsWith("circle: /billing/prices -> /billing/discounts -> /billing/prices\n");
        assertThat(log.getAll().lines().filter(line -> line.contains("a circle of calls")))
                .hasSize(1);
    }

    @Test
    void whatStartedInWhichOrderAndHowLongDidItTake() {
        assertThat(text("?view=starts&format=text"))
                .containsPattern(
                        "1 .* /ledger +start\n(.*\n)*.* [\\d.]+[^m]s +/billing/catalogue +start\n")
                .containsPattern("(.* /billing/invoices +restart\n){3}");
    }

    @Test
    void whatWasDroppedWhereAndWhy() {
        assertThat(text("?view=dropped&format=text"))
                .startsWith(STORM + " dropped since the start\n")
                .containsPattern("\n10000 +dead +sessions +Billing\\$Input ");
    }

    @Test
    void whatChangedSince() {
        String since = withoutNoise(text("?view=events&format=text&since=" + begin));
        assertThat(since)
                .containsPattern("crashed +/billing/invoices +java.lang.NumberFormatException on ")
                .containsPattern("restarted +/billing/invoices ")
                .containsPattern("stuck +/billing/printer +busy with .* at com.example.billing.")
                .containsPattern("call-circle .*/billing/prices -> /billing/discounts")
                .doesNotContain("is running");
        assertThat(since.lines().map(Guide::shapeOfLine).skip(2))
                .first()
                .asString()
                .contains("crashed /billing/invoices");
        assertThat(text("?view=events&format=text&since=" + Instant.now())).contains(" 0 shown");
    }

    private static String text(String request) {
        return get("/actuator/otp" + request);
    }

    private static String now(Guide.Shown shown, CapturedOutput log) {
        return switch (shown) {
            case Guide.Answer answer -> withoutNoise(get(answer.since(begin.toString())));
            case Guide.Log lines -> lines(log, lines.part(), lines.lines());
        };
    }

    /** On a busy machine all carriers may be occupied for a while; that is none of the faults. */
    private static String withoutNoise(String answer) {
        return answer.lines()
                .filter(line -> !line.contains(" carriers-starved "))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** The lines of the log from the one that contains a part. */
    private static String lines(CapturedOutput log, String part, int count) {
        List<String> found =
                log.getAll().lines().dropWhile(line -> !line.contains(part)).limit(count).toList();
        assertThat(found).as(part).hasSize(count);
        return found.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
