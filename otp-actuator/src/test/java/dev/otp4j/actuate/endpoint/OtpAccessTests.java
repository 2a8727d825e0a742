/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static dev.otp4j.test.OtpAssertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.test.OtpTesting;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Which callers see and do what: access, roles, redaction; over HTTP and JMX. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class OtpAccessTests {
    @Configuration(proxyBeanMethods = false)
    static class Sanitizing {
        @Bean
        SanitizingFunction sanitizing() {
            return data -> {
                boolean crash = data.getKey().equals("crash.text");
                boolean secret = String.valueOf(data.getValue()).contains("another");
                return crash && secret ? data.withSanitizedValue() : data;
            };
        }
    }

    private static void with(
            Map<String, String> properties, Consumer<ConfigurableApplicationContext> test) {
        var all = new HashMap<String, Object>(properties);
        all.put("server.port", "0");
        all.putIfAbsent("management.endpoints.web.exposure.include", "otp");
        try (var context =
                new SpringApplicationBuilder(Shop.class, Sanitizing.class).properties(all).run()) {
            context.getBean(OtpSystem.class).start();
            test.accept(context);
        }
    }

    private static final String ACCESS = "management.endpoint.otp.access";
    private static final String VALUES = "management.endpoint.otp.show-values";

    @Test
    void withoutAccessThereIsNoEndpoint() {
        with(
                Map.of(ACCESS, "none"),
                context -> {
                    Http http = Http.of(context);
                    assertThat(http.get("").status()).isEqualTo(404);
                    assertThat(http.operate("/desk", "kill").status()).isEqualTo(404);
                });
    }

    @Test
    void byDefaultItIsReadOnly() {
        with(
                Map.of(),
                context -> {
                    Http http = Http.of(context);
                    assertThat(http.get("/desk").status()).isEqualTo(200);
                    assertThat(http.operate("/desk", "kill").status()).isEqualTo(405);
                    assertThat(http.get("").body()).contains("\"operable\":false");
                    assertThat(http.get("/desk").body()).contains("\"actions\":[]");
                });
    }

    @Test
    void anOperationIsLoggedWhereNoAuditEventsAreKept(CapturedOutput output) {
        with(
                Map.of(ACCESS, "unrestricted"),
                context -> {
                    Http http = Http.of(context);
                    assertThat(http.operate("/desk", "restart", "X-User", "ann").status())
                            .isEqualTo(200);
                    assertThat(http.operate("/desk", "start").status()).isEqualTo(409);
                });
        assertThat(output.getOut())
                .contains("operation 'restart' on '/desk' by 'ann': done")
                .contains("operation 'start' on '/desk' by 'anonymous': refused");
    }

    /** Waits for the next desk as well: a message to one that is dying would be lost. */
    private static void crash(ConfigurableApplicationContext context, String secret) {
        Observer observer = context.getBean(Observer.class);
        OtpSystem system = context.getBean(OtpSystem.class);
        int before = observer.crashes().of("desk").size();
        long restarts = system.restarts();
        Shop.DESK
                .subject()
                .send(
                        () -> {
                            throw new IllegalStateException(secret);
                        });
        Shop.eventually("crashed", () -> observer.crashes().of("desk").size() > before);
        Shop.eventually("restarted", () -> system.restarts() > restarts);
    }

    @Test
    void valuesAreShownToTheRoleAloneAndOnlyWhatIsLeftOfThem() {
        with(
                Map.of(VALUES, "when-authorized", "management.endpoint.otp.roles", "ops"),
                context -> {
                    crash(context, "a secret");
                    crash(context, "another one");
                    Http http = Http.of(context);
                    for (String path : new String[] {"/desk", "?view=crashes"}) {
                        assertThat(http.get(path).body()).doesNotContain("\"texts\"", "a secret");
                        assertThat(http.get(path, "X-User", "ann", "X-Role", "other").body())
                                .doesNotContain("\"texts\"", "a secret");
                        assertThat(http.get(path, "X-User", "ann", "X-Role", "ops").body())
                                .contains("\"texts\"", "******")
                                .doesNotContain("another one");
                    }
                    assertThat(http.get("/desk", "X-User", "ann", "X-Role", "ops").body())
                            .contains("a secret");
                });
    }

    private static final Name<Runnable> VISITOR = Name.create("visitor");

    /** An actor that ended for good with a reason of the application, and a call of its name. */
    private static void callOneThatEnded(OtpSystem system) {
        var visitor =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer state, Runnable task) -> {
                                    task.run();
                                    return Next.<Integer, Runnable>continueWith(state);
                                })
                        .named(VISITOR);
        Pid root = OtpTesting.pid(system, "/");
        StaticSupervisor.of(root)
                .orElseThrow()
                .startChild(
                        ChildSpecification.worker("visitor", visitor::start)
                                .restart(Restart.TEMPORARY));
        Subject<Runnable> subject = VISITOR.subject();
        subject.send(() -> Processes.exit(ExitReason.abnormal("a secret")));
        Shop.eventually(
                "it has ended for good",
                () ->
                        subject.tryCall(
                                        Duration.ofSeconds(1),
                                        (Subject<Integer> reply) -> () -> reply.send(1))
                                .toString()
                                .contains("will not be started again"));
    }

    @Test
    void whyACalleeEndedIsAValueTooHoweverTheCallFailed() {
        with(
                Map.of(VALUES, "when-authorized", "management.endpoint.otp.roles", "ops"),
                context -> {
                    callOneThatEnded(context.getBean(OtpSystem.class));
                    Http http = Http.of(context);
                    assertThat(http.get("?view=calls").body())
                            .contains("not-registered", "abnormal(...) and will not")
                            .doesNotContain("a secret");
                    assertThat(http.get("?view=calls", "X-User", "ann", "X-Role", "ops").body())
                            .contains("a secret");
                });
    }

    @Test
    void valuesAreShownToAllIfSoConfigured() {
        with(
                Map.of(VALUES, "always"),
                context -> {
                    crash(context, "a secret");
                    assertThat(Http.of(context).get("/desk").body()).contains("a secret");
                });
    }

    @Test
    void aProblemIsExplained() {
        with(
                Map.of(),
                context -> {
                    Http http = Http.of(context);
                    assertThat(http.get("?view=x").status()).isEqualTo(400);
                    assertThat(http.get("?view=x").body()).contains("'view' must be one of tree, ");
                    assertThat(http.get("?depth=101").body()).contains("between 0 and 100: 101");
                    for (String number : new String[] {"abc", "99999999999", "1e3", "5&limit=6"}) {
                        for (String path : new String[] {"?limit=", "/desk?limit="}) {
                            Http.Answer answer = http.get(path + number);
                            assertThat(answer.status()).as(number).isEqualTo(400);
                            assertThat(answer.body())
                                    .contains("'limit' must be between 1 and 1000: ");
                        }
                    }
                    assertThat(http.get("?limit=&depth=").status()).isEqualTo(200);
                    assertThat(http.get("/x?format=text").body()).contains("no node '/x'");
                    assertThat(http.get("?view=crashes&state=running").body())
                            .contains("'state' does not apply to the view 'crashes'");
                    for (String wrong :
                            new String[] {
                                "?since=1",
                                "?sort=age",
                                "?view=stuck&depth=1",
                                "?view=calls&format=mermaid"
                            }) {
                        assertThat(http.get(wrong).status()).as(wrong).isEqualTo(400);
                    }
                    assertThat(http.get("?view=actors&state=x").body())
                            .contains("'state' must be one of running, stuck, suspended");
                });
    }

    @Test
    void isReadAndOperatedOverJmx() {
        with(
                Map.of(
                        ACCESS,
                        "unrestricted",
                        "spring.jmx.enabled",
                        "true",
                        "management.endpoints.jmx.exposure.include",
                        "otp"),
                OtpAccessTests::overJmx);
    }

    private static void overJmx(ConfigurableApplicationContext context) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        String[] desk = {"desk"};
        String[] text = {String.class.getName(), String[].class.getName()};
        String[] numbers = {
            Integer.class.getName(),
            Integer.class.getName(),
            String.class.getName(),
            String[].class.getName()
        };
        try {
            ObjectName name =
                    server.queryNames(
                                    new ObjectName(
                                            "org.springframework.boot:type=Endpoint,name=Otp,*"),
                                    null)
                            .iterator()
                            .next();
            assertThat(server.invoke(name, "node", new Object[] {null, null, null, desk}, numbers))
                    .asString()
                    .contains("path=/desk", "state=running");
            assertThat(server.invoke(name, "operate", new Object[] {"restart", desk}, text))
                    .asString()
                    .contains("outcome=done");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
