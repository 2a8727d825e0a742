/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.depot.Depot;
import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.sample.SampleApplication;
import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.supervisor.KeyedFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/**
 * A Prometheus scrapes a relay each second: first one in good health, then one with faults, then
 * one whose tree is stopped, has given up, and is gone. The tests run in this order, on the same
 * relay. Prometheus has the scrape configuration of {@code docs/dashboards.md} with another
 * interval and port, and the alert rules as {@link AlertRules#shortened} says.
 */
@TestMethodOrder(OrderAnnotation.class)
@Timeout(120)
class PrometheusTests {
    private static final Duration LONG = Duration.ofSeconds(60); // for a busy machine
    private static final int SCRAPES = 6;
    private static final Pattern REQUEST = Pattern.compile("/actuator/\\S+");

    @TempDir static Path folder;
    private static ConfigurableApplicationContext context;
    private static Relay relay;
    private static Faults faults;
    private static Prometheus prometheus;
    private static Instant begin;

    /** Actors with keys, for their meters. */
    @Configuration(proxyBeanMethods = false)
    static class Lockers {
        @Bean
        KeyedFactory.Builder<String, String> lockers() {
            return KeyedFactory.of(
                    (String key) ->
                            Actor.startingWith(() -> key)
                                    .onMessage(
                                            (String state, String text) ->
                                                    Next.continueWith(state)));
        }
    }

    @BeforeAll
    @Timeout(240)
    static void start() throws IOException {
        Prometheus.assumeInstalled();
        context =
                new SpringApplicationBuilder(SampleApplication.class, Depot.class, Lockers.class)
                        .run(
                                "--server.port=0",
                                "--relay.data-dir=" + folder,
                                "--spring.main.banner-mode=off",
                                "--logging.level.dev.otp4j.process.crash=off",
                                "--logging.level.dev.otp4j.supervisor=off",
                                "--otp.observation.stuck-after=1s",
                                "--otp.concurrency.lift.permits=10",
                                "--otp.supervision.supervisors.lift.concurrency=lift",
                                "--otp.supervision.supervisors.root.intensity=3",
                                "--otp.metrics.message-timing=all",
                                "--otp.metrics.queue-timing=true",
                                "--otp.metrics.call-timing=true",
                                "--management.metrics.distribution.percentiles-histogram"
                                        + ".otp.actor.message.processing=true");
        int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
        relay = new Relay(port);
        faults = new Faults(context.getBean(Depot.class), system());
        Files.writeString(folder.resolve("otp-alerts.yml"), AlertRules.shortened());
        Files.writeString(folder.resolve("prometheus.yml"), Manual.configuration(port));
        prometheus = Prometheus.start(folder);
    }

    @AfterAll
    static void stop() {
        if (context == null) return;
        faults.close();
        if (prometheus != null) prometheus.close();
        context.close();
    }

    private static OtpSystem system() {
        return context.getBean(OtpSystem.class);
    }

    // ---- good health

    @Test
    @Order(1)
    void aRelayInGoodHealthRaisesNoAlert() {
        eventually("otp_system_state{state=\"running\"} == 1");
        await().atMost(LONG).until(() -> prometheus.query("ALERTS").isEmpty());
        Instant settled = Instant.now();
        try (var receiver = new Receiver()) {
            relay.subscribe(receiver.endpoint("/hook"));
            for (int i = 0; i < 20; i++) relay.event("{\"n\":" + i + "}");
            await().atMost(LONG).until(() -> receiver.idsAt("/hook").size() == 20);
            eventually("count_over_time(up[60s]) >= " + SCRAPES);
        }
        assertThat(withoutBusy(prometheus.firedSince(settled))).isEmpty();
    }

    /** Without alerts that rightly say that the machine is too busy: no fault of the relay. */
    private static Set<String> withoutBusy(Set<String> alerts) {
        var others = new TreeSet<>(alerts);
        if (system().runtime().starvations() > 0) others.remove("OtpCarriersStarved");
        boolean missed = !prometheus.query("min_over_time(up[60s]) == 0").isEmpty();
        if (missed) others.removeAll(Set.of("OtpTargetDown", "OtpNoData"));
        return others;
    }

    // ---- faults

    @Test
    @Order(2)
    void faultsRaiseTheirAlerts() {
        begin = Instant.now();
        faults.begin();
        faults.useUpTheTolerance();
        awaitAlerts("OtpNearGivingUp");
        faults.crashOnceMore();
        faults.starveCarriers();
        awaitAlerts(
                "OtpSupervisorGaveUp",
                "OtpCrashLoop",
                "OtpStuckHandler",
                "OtpMailboxGrows",
                "OtpMessagesDropped",
                "OtpMessagesToEndedActors",
                "OtpCallsFail",
                "OtpCallFailureRatio",
                "OtpZombies",
                "OtpCarriersStarved");
        assertThat(prometheus.firedSince(begin)).doesNotContain("OtpGaveUp", "OtpNotRunning");
    }

    @Test
    @Order(3)
    void alertsNameTheActorThatIsTheCause() {
        assertFires("OtpCrashLoop", "actor=\"sorter\", supervisor=\"depot\"");
        assertFires("OtpStuckHandler", "actor=\"press\", supervisor=\"depot\"");
        assertFires("OtpMailboxGrows", "actor=\"ramp\", supervisor=\"depot\"");
        assertFires("OtpCallsFail", "actor=\"press\", supervisor=\"depot\"");
        assertFires("OtpMessagesDropped", "reason=\"full\"");
    }

    private static void assertFires(String alert, String labels) {
        eventually("ALERTS{alertstate=\"firing\", alertname=\"" + alert + "\", " + labels + "}");
    }

    static List<AlertRules.Alert> alerts() throws IOException {
        return AlertRules.read();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    @Order(4)
    void theRequestsOfAnAlertAreAnswered(AlertRules.Alert alert) {
        Matcher requests = REQUEST.matcher(String.join(" ", alert.texts().values()));
        while (requests.find()) {
            String request = requests.group().replaceAll("[,.]$", "");
            assertThat(relay.get(request).status()).as(request).isEqualTo(200);
        }
    }

    static List<Dashboard.Query> queries() {
        return Dashboard.read().queries();
    }

    @ParameterizedTest
    @MethodSource("queries")
    @Order(5)
    void aQueryOfTheDashboardHasData(Dashboard.Query query) {
        String expression = query.with(variables());

        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(numbers(query, expression)).as(expression).isNotEmpty());
    }

    /** As Grafana does for "All" with two variables, and with the values chosen for another two. */
    private static Map<String, String> variables() {
        var values = new HashMap<String, String>();
        for (Dashboard.Variable variable : Dashboard.read().labelVariables()) {
            values.put(variable.name(), ".+");
        }
        values.put("job", "relay");
        return values;
    }

    private static List<String> numbers(Dashboard.Query query, String expression) {
        var numbers = new ArrayList<String>();
        if (query.isInstant()) {
            for (JsonNode series : prometheus.query(expression)) {
                numbers.add(series.get("value").get(1).stringValue());
            }
        } else {
            for (JsonNode series : prometheus.queryRange(expression)) {
                for (JsonNode value : series.get("values")) numbers.add(value.get(1).stringValue());
            }
        }
        numbers.remove("NaN");
        return numbers;
    }

    @Test
    @Order(6)
    void theVariablesOfTheDashboardHaveValues() {
        var found = new HashMap<String, List<String>>();
        Map<String, String> all = variables();
        for (Dashboard.Variable variable : Dashboard.read().labelVariables()) {
            String selector = new Dashboard.Query("", "", variable.selector(), true).with(all);
            found.put(variable.name(), prometheus.labelValues(selector, variable.label()));
        }

        assertThat(found.get("job")).containsExactly("relay");
        assertThat(found.get("instance")).hasSize(1);
        assertThat(found.get("actor")).contains("ledger", "couriers", "press");
    }

    // ---- no tree

    @Test
    @Order(7)
    void aTreeThatWasStoppedRaisesAnAlert() {
        faults.close();
        assertThat(system().stop(Duration.ofSeconds(30))).isTrue();

        awaitAlerts("OtpNotRunning");
        assertThat(prometheus.firedSince(begin)).doesNotContain("OtpGaveUp");
    }

    @Test
    @Order(8)
    void aTreeThatGaveUpRaisesAnAlert() {
        system().start();
        faults.endTheRoot();

        awaitAlerts("OtpGaveUp");
        eventually("increase(otp_supervisor_escalations_total{supervisor=\"root\"}[60s]) > 0");
    }

    @Test
    @Order(9)
    void anApplicationThatIsGoneRaisesAnAlert() {
        context.close();

        awaitAlerts("OtpTargetDown", "OtpNoData");
    }

    @Test
    @Order(10)
    void allAlertsHaveFired() throws IOException {
        assertThat(prometheus.firedSince(begin))
                .containsExactlyInAnyOrderElementsOf(
                        AlertRules.read().stream().map(AlertRules.Alert::name).toList());
    }

    // ---- waiting

    private static void awaitAlerts(String... names) {
        await().atMost(LONG)
                .untilAsserted(
                        () -> {
                            faults.assertGoOn();
                            assertThat(prometheus.firedSince(begin)).contains(names);
                        });
    }

    private static void eventually(String expression) {
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(prometheus.query(expression)).as(expression).isNotEmpty());
    }
}
