/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Relay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What one broken part, a clock that jumps or a wrong setting does to the whole relay. */
@Timeout(180) // enough for two starts on a busy machine
class FaultTests {
    private static final AtomicReference<Duration> OFFSET = new AtomicReference<>(Duration.ZERO);

    @TempDir Path folder;

    /** The wall clock, which the test can set. */
    @Configuration(proxyBeanMethods = false)
    static class WallClock {
        @Bean
        @Primary
        Clock settable() {
            return new Clock() {
                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return Instant.now().plus(OFFSET.get());
                }
            };
        }
    }

    private ConfigurableApplicationContext start(String... more) {
        OFFSET.set(Duration.ZERO);
        var arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--relay.data-dir=" + folder.resolve("data"),
                                "--relay.poll-interval=500ms",
                                "--spring.main.banner-mode=off"));
        if (more.length == 0) arguments.add("--relay.retry-delay=200ms");
        arguments.addAll(List.of(more));
        return new SpringApplicationBuilder(SampleApplication.class, WallClock.class)
                .run(arguments.toArray(String[]::new));
    }

    private static Relay relay(ConfigurableApplicationContext context) {
        var web = (ServletWebServerApplicationContext) context;
        return new Relay(web.getWebServer().getPort());
    }

    @Test
    void aSubscriptionWithAnUnreadableSecretIsShownAsBrokenAndTheOthersAreServed() {
        try (var receiver = new Receiver()) {
            try (var context = start()) {
                Relay relay = relay(context);
                for (String path : List.of("/a", "/b", "/c")) {
                    relay.subscribe(receiver.endpoint(path));
                }
                context.getBean(JdbcClient.class)
                        .sql(
                                "UPDATE subscription SET secret = 'not-a-secret' WHERE url LIKE"
                                        + " '%/b'")
                        .update();
            }
            try (var context = start()) {
                Relay relay = relay(context);

                String event = relay.event("{}");

                await().until(() -> receiver.idsAt("/a").equals(List.of(event)));
                await().until(() -> receiver.idsAt("/c").equals(List.of(event)));
                JsonNode listed = relay.get("/subscriptions").json();
                assertThat(listed).hasSize(3);
                assertThat(listed.get(0).get("problem").isNull()).isTrue();
                assertThat(listed.get(1).get("problem").stringValue())
                        .isEqualTo("its secret cannot be read: 'secret' must begin with whsec_");
                assertThat(receiver.at("/b")).isEmpty();
                assertThat(context.getBean(OtpSystem.class).restarts()).isZero();

                context.getBean(JdbcClient.class)
                        .sql(
                                "UPDATE subscription SET secret = (SELECT MAX(secret) FROM"
                                        + " subscription) WHERE url LIKE '%/b'")
                        .update();
                await().until(() -> receiver.idsAt("/b").equals(List.of(event)));
            }
        }
    }

    @Test
    void aClockThatIsSetBackByADayDelaysNothing() {
        try (var receiver = new Receiver();
                var context = start()) {
            Relay relay = relay(context);
            var status = new AtomicInteger(204);
            relay.subscribe(receiver.endpoint("/healthy"));
            relay.subscribe(receiver.endpoint("/failing", arrival -> status.get()));
            String first = relay.event("{}");
            await().until(() -> receiver.idsAt("/failing").equals(List.of(first)));
            status.set(503);
            String second = relay.event("{}");
            await().until(() -> receiver.idsAt("/failing").equals(List.of(first, second)));

            OFFSET.set(Duration.ofDays(-1));
            status.set(204);
            String third = relay.event("{}");

            var all = List.of(first, second, third);
            await().until(() -> receiver.idsAt("/healthy").equals(all));
            await().until(() -> receiver.idsAt("/failing").equals(all));
        }
    }

    @Test
    void aWaitThatBeganBeforeTheClockWasSetBackIsNeverLongerThanItsDelay() {
        try (var receiver = new Receiver()) {
            String url = receiver.endpoint("/failing", arrival -> 503);
            String event;
            try (var context = start("--relay.retry-delay=2s")) {
                relay(context).subscribe(url);
                event = relay(context).event("{}");
                await().until(() -> receiver.at("/failing").size() == 1);
            }
            try (var context = start("--relay.retry-delay=2s")) {
                OFFSET.set(Duration.ofDays(-1));
                await().atMost(Duration.ofSeconds(8))
                        .until(() -> receiver.at("/failing").size() > 1);
                assertThat(receiver.idsAt("/failing")).containsExactly(event);
            }
        }
    }

    @Test
    void theDatabaseIsReadableByItsOwnerOnly() throws Exception {
        try (var context = start()) {
            Path data = folder.resolve("data");
            assertThat(permissions(data)).isEqualTo("rwx------");
            try (var files = Files.list(data)) {
                assertThat(files).isNotEmpty().allMatch(f -> permissions(f).equals("rw-------"));
            }
        }
    }

    @Test
    void aDatabaseThatOthersCouldReadIsClosedToThem() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var context = start()) {
            Files.setPosixFilePermissions(
                    data.resolve("relay.mv.db"), PosixFilePermissions.fromString("rw-r--r--"));
        }
        try (var context = start()) {
            assertThat(permissions(data.resolve("relay.mv.db"))).isEqualTo("rw-------");
            assertThat(permissions(data)).as("a folder that was there").isEqualTo("rwxr-xr-x");
        }
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ledger-timeout=0s",
                "ledger-timeout=-1s",
                "sweep-interval=0s",
                "sweep-interval=-1s",
                "retention=-1s",
                "max-lag=0s"
            })
    void aDurationThatCannotBeIsRefusedByItsName(String setting) {
        assertThatThrownBy(() -> start("--relay." + setting).close())
                .hasStackTraceContaining("'relay." + setting.replaceFirst("=.*", "") + "' must ");
    }
}
