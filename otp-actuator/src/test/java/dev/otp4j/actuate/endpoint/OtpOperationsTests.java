/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.observer.Event;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.FactorySupervisor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Operations over real HTTP, with what they do, say and leave behind. */
@Timeout(60)
class OtpOperationsTests {
    private static final String NEEDS_SECURITY =
            "org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration";

    private final CountDownLatch end = new CountDownLatch(1);
    private final ConfigurableApplicationContext context =
            new SpringApplicationBuilder(Shop.class, Audit.class)
                    .properties(
                            Map.of(
                                    "server.port", "0",
                                    "spring.autoconfigure.exclude", NEEDS_SECURITY,
                                    "management.endpoint.otp.access", "unrestricted",
                                    "management.endpoints.web.exposure.include", "otp"))
                    .run();
    private final Http http = Http.of(context);
    private final OtpSystem system = context.getBean(OtpSystem.class);

    @Configuration(proxyBeanMethods = false)
    static class Audit {
        @Bean
        AuditEventRepository audit() {
            return new InMemoryAuditEventRepository();
        }
    }

    @BeforeEach
    void start() {
        Shop.FAILS.set(false);
        system.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        context.close();
    }

    private TreeNode node(String path) {
        return system.find(path, 0, 1).orElseThrow();
    }

    private void done(String path, String action) {
        Http.Answer answer = http.operate(path, action);
        assertThat(answer.body()).contains("\"outcome\":\"done\"");
        assertThat(answer.status()).isEqualTo(200);
    }

    private void refused(String path, String action, String why) {
        Http.Answer answer = http.operate(path, action);
        assertThat(answer.body()).contains("\"outcome\":\"refused\"", why);
        assertThat(answer.status()).isEqualTo(409);
    }

    private void stick() {
        var stuck = new CountDownLatch(1);
        Shop.DESK
                .subject()
                .send(
                        () -> {
                            stuck.countDown();
                            Shop.await(end);
                        });
        Shop.await(stuck);
    }

    private List<AuditEvent> audit() {
        return context.getBean(AuditEventRepository.class).find(null, null, null);
    }

    @Test
    void restartsAChildWithoutCountingAgainstTheTolerance() {
        Pid before = node("/desk").pid();
        done("/desk", "restart");

        assertThat(node("/desk").pid()).isNotNull().isNotEqualTo(before);
        assertThat(node("/").toleranceUsed()).isZero();
        Pid archive = node("/back/archive").pid();
        done("/back", "restart");
        assertThat(node("/back/archive").pid()).isNotNull().isNotEqualTo(archive);
    }

    @Test
    void stopsAndStartsAChild() {
        done("/back/archive", "stop");
        assertThat(node("/back/archive").state()).isEqualTo(TreeNode.State.STOPPED);
        refused("/back/archive", "stop", "it is stopped");
        refused("/back/archive", "kill", "it is stopped");
        done("/back/archive", "start");
        assertThat(node("/back/archive").state()).isEqualTo(TreeNode.State.RUNNING);
        refused("/back/archive", "start", "only a child that is down can be started");
    }

    @Test
    void saysThatAStartFailedWithoutTheTextOfTheException() {
        done("/back/archive", "stop");
        Shop.FAILS.set(true);
        Http.Answer answer = http.operate("/back/archive", "start");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body())
                .contains("\"outcome\":\"failed\"", "IllegalStateException")
                .doesNotContain("a secret");
    }

    @Test
    void suspendsAndResumesAnActor() {
        done("/desk", "suspend");
        var handled = new CountDownLatch(1);
        Shop.DESK.subject().send(handled::countDown);

        assertThat(http.get("/desk").body()).contains("\"state\":\"suspended\"");
        assertThat(http.get("?view=actors&state=suspended").body()).contains("\"matching\":1");
        assertThat(http.get("?state=suspended").body())
                .contains("\"path\":\"/desk\"", "\"truncated\":true")
                .doesNotContain("/back");
        assertThat(http.get("/back?state=suspended").body()).doesNotContain("archive");
        refused("/desk", "suspend", "suspended already");
        done("/desk", "resume");
        Shop.await(handled);
        refused("/desk", "resume", "not suspended");
        refused("/back", "suspend", "suspended supervisor");
    }

    @Test
    void killsAStuckActorAtOnce() {
        stick();
        Pid before = node("/desk").pid();
        done("/desk", "kill");

        Shop.eventually(
                "runs again",
                () -> {
                    TreeNode now = node("/desk");
                    return now.pid() != null && !now.pid().equals(before) && now.restarts() == 1;
                });
        assertThat(kinds()).contains(Event.Kind.OPERATOR);
        Shop.eventually("told", () -> kinds().contains(Event.Kind.KILLED));
    }

    private List<Event.Kind> kinds() {
        return context.getBean(Observer.class).events().after(0, 1_000).stream()
                .map(Event::kind)
                .toList();
    }

    @Test
    void anOperationOnAStuckActorGoesOnAfterTheAnswer() {
        stick();
        Http.Answer answer = http.operate("/desk", "restart", "X-User", "ann");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body()).contains("\"outcome\":\"accepted\"", "the operation continues");

        end.countDown();
        Supplier<List<Object>> outcomes =
                () -> audit().stream().map(event -> event.getData().get("outcome")).toList();
        Shop.eventually("finished", () -> outcomes.get().size() == 2);
        assertThat(outcomes.get()).containsExactly("accepted", "done");
        assertThat(audit()).extracting(AuditEvent::getPrincipal).containsOnly("ann");
    }

    @Test
    void showsWhichClassDeclaresANode() {
        String shop = "\"declaredBy\":\"" + Shop.class.getName();
        assertThat(http.get("/back").body()).contains(shop + "\"");
        assertThat(http.get("/desk").body()).contains(shop); // a lambda of it
        assertThat(http.get("/carts").body()).doesNotContain("declaredBy");
    }

    @Test
    void recordsTypesOfMessagesAndShowsThemWithTheNode() {
        assertThat(http.get("/desk").body()).doesNotContain("\"recorded\"");
        done("/desk", "start-recorder");
        var handled = new CountDownLatch(1);
        Shop.DESK.subject().send(handled::countDown);
        Shop.await(handled);

        assertThat(http.get("/desk").body())
                .contains("\"recorded\":[{\"at\"", "OtpOperationsTests");
        done("/desk", "stop-recorder");
        assertThat(http.get("/desk").body()).doesNotContain("\"recorded\"");
    }

    @Test
    void aChildOfAFactoryIsStoppedButNotRestarted() {
        FactorySupervisor.byName(Shop.CARTS).startChild("ann");
        refused("/carts/1", "restart", "'restart' does not apply");
        refused("/carts/1", "start", "'start' does not apply");
        done("/carts/1", "stop");
        assertThat(http.operate("/carts/1", "stop").status()).isEqualTo(404);
    }

    @Test
    void refusesWhatDoesNotApplyWithAClearText() {
        for (String action : List.of("restart", "stop", "start", "kill")) {
            refused("/", action, "root supervisor has no supervisor");
        }
        refused("/guest", "restart", "it is temporary");
        done("/guest", "stop");
        assertThat(http.get("/guest").status()).isEqualTo(404);
    }

    @Test
    void startsTheWholeTreeThatDoesNotRun() {
        system.stop(Duration.ofSeconds(10));
        assertThat(http.operate("", "restart").status()).isEqualTo(404);

        Http.Answer started = http.operate("", "start");

        assertThat(started.status()).isEqualTo(200);
        assertThat(started.body()).contains("\"outcome\":\"done\"", "the tree has been started");
        assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
    }

    @Test
    void refusesAnUnknownActionAndAnUnknownPath() {
        Http.Answer wrong = http.operate("/desk", "explode");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("must be one of restart, stop, start, suspend, resume, kill")
                .contains("start-recorder, stop-recorder, replay-parked, discard-parked: explode");
        assertThat(http.post("/desk", "{}").status()).isEqualTo(400);
        assertThat(http.post("/desk", "").status()).isEqualTo(400);
        assertThat(http.post("/desk", "{").status()).isEqualTo(400);
        assertThat(http.post("/desk", "{\"action\": {}}").status()).isEqualTo(400);
        Http.Answer unknown = http.operate("/nothing", "kill");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.body()).contains("the tree has no node '/nothing'");
        assertThat(http.operate("", "kill").status()).isEqualTo(409); // the root
        system.stop(Duration.ofSeconds(10));
        assertThat(http.operate("/desk", "kill").status()).isEqualTo(404);
    }

    @Test
    void leavesAnAuditEventAndAnEventWithThePrincipal() {
        http.operate("/desk", "restart", "X-User", "ann");
        http.operate("/desk", "start");

        assertThat(audit())
                .extracting(AuditEvent::getType, AuditEvent::getPrincipal)
                .containsExactly(
                        tuple("OTP_ACTOR_RESTART", "ann"), tuple("OTP_ACTOR_START", "anonymous"));
        assertThat(audit().getFirst().getData())
                .containsEntry("path", "/desk")
                .containsEntry("action", "restart")
                .containsEntry("outcome", "done");
        assertThat(audit().getLast().getData()).containsEntry("outcome", "refused");
        assertThat(http.get("?view=events").body())
                .contains("\"kind\":\"operator\"", "restart by ann: done");
    }

    @Test
    void aLimitedAnswerStillSaysHowManyWait() {
        var both = new CountDownLatch(2);
        Shop.DESK.subject().send(() -> callsInACircle(Shop.ARCHIVE, both));
        Shop.ARCHIVE.subject().send(() -> callsInACircle(Shop.DESK, both));

        Shop.eventually(
                "both wait", () -> http.get("?view=waits&limit=1").body().contains("\"count\":2,"));

        assertThat(http.get("?view=waits&limit=1").body())
                .contains("\"circleCount\":1,", "\"path\":\"/desk\"")
                .doesNotContain("\"path\":\"/back/archive\"");
        assertThat(http.get("?view=waits&limit=1&format=text").body())
                .startsWith("2 waiting, 1 circle\n");
        done("/desk", "kill");
    }

    private static void callsInACircle(Name<Runnable> other, CountDownLatch both) {
        both.countDown();
        Shop.await(both);
        var unused =
                other.subject()
                        .tryCall(
                                Duration.ofMinutes(1),
                                (Subject<Integer> reply) -> () -> reply.send(1));
    }

    @Test
    void whileNoTreeRunsItsTextSaysWhy() {
        for (int i = 0; i <= 5; i++) {
            int now = i;
            Shop.eventually(
                    "it runs", () -> Shop.DESK.pid().isPresent() && system.restarts() == now);
            Shop.DESK.subject().send(Shop::crash);
        }
        Shop.eventually("it gave up", () -> system.state() == OtpSystem.State.GAVE_UP);

        assertThat(http.get("?format=text"))
                .isEqualTo(
                        new Http.Answer(
                                200,
                                "no tree, the system is gave-up because of /desk  last failure java.lang.IllegalStateException\n"));
        assertThat(http.get("?format=mermaid").body()).startsWith("flowchart TD\n  %% no tree");
        assertThat(http.get("/desk?format=text").status()).isEqualTo(404);
    }
}
