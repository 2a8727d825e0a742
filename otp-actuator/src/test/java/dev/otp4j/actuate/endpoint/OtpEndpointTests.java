/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actuate.Trees;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.FactorySupervisor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.test.web.servlet.client.RestTestClient;

/** The endpoint over real HTTP, with an actor and a supervisor that are stuck. */
@SpringBootTest(
        classes = OtpEndpointTests.Application.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.endpoints.web.exposure.include=health,otp",
            "management.endpoint.health.show-details=always"
        })
class OtpEndpointTests {
    private static final Trees TREES = new Trees(5);

    @LocalServerPort private int port;

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {
        @Bean(destroyMethod = "")
        OtpSystem otpSystem() {
            return TREES.system;
        }
    }

    /**
     * Queues three messages behind one that is stuck; starts a restart that does not end, while a
     * name holds two messages.
     */
    @BeforeAll
    static void getStuck() {
        TREES.system.start();
        var desk = TREES.desk.subject();
        desk.send("crash");
        assertThat(TREES.system).actor("/desk").hasRestarts(1);
        desk.send("stick");
        await().until(() -> TREES.handled.get() == 1);
        for (int i = 0; i < 3; i++) desk.send("behind");
        TREES.archive.whileVacant(Vacancy.holding(10));
        TREES.archive.subject().send("crash");
        assertThat(TREES.system).actor("/back/archive").hasState(TreeNode.State.RESTARTING);
        for (int i = 0; i < 2; i++) TREES.archive.subject().send("held");
        var carts = FactorySupervisor.byName(TREES.carts);
        carts.startChild("joe");
        carts.startChild("ann");
    }

    @AfterAll
    static void letGo() {
        TREES.stuck.countDown();
        TREES.system.close();
    }

    private static TreeNode node(String path) {
        return TREES.system.find(path, 1, 10).orElseThrow();
    }

    private RestTestClient.BodyContentSpec get(String path) {
        return client().get().uri(path).exchange().expectStatus().isOk().expectBody();
    }

    private RestTestClient client() {
        return RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
    }

    @Test
    void showsTheWholeTreeThoughAnActorAndASupervisorAreStuck() {
        get("/actuator/otp")
                .json(
                        """
                        { "state": "running", "actors": 4, "restarts": 1, "deadLetters": 0, "heldMessages": 2,
                          "tree": {
                            "path": "/", "name": "root", "kind": "supervisor", "state": "running",
                            "strategy": "one-for-one",
                            "tolerance": { "intensity": 5, "period": "PT1H", "used": 1 },
                            "mailbox": { "size": 0 }, "restarts": 0,
                            "children": [
                              { "path": "/desk", "name": "desk", "kind": "actor", "state": "running",
                                "restartPolicy": "permanent", "mailbox": { "size": 3, "held": 0 }, "restarts": 1,
                                "lastFailure": { "type": "java.lang.IllegalStateException" } },
                              { "path": "/back", "kind": "supervisor", "state": "running",
                                "tolerance": { "intensity": 2, "period": "PT5S" },
                                "children": [
                                  { "path": "/back/archive", "kind": "actor", "state": "restarting",
                                    "mailbox": { "size": 0, "held": 2 } } ] },
                              { "path": "/carts", "kind": "factory-supervisor", "state": "running",
                                "restartPolicy": "permanent", "childCount": 2,
                                "childStates": { "running": 2 },
                                "children": [
                                  { "path": "/carts/1", "kind": "actor", "restartPolicy": "transient" },
                                  { "path": "/carts/2" } ] } ] } }
                        """)
                .jsonPath("$.startedAt")
                .value(String.class, at -> assertThat(at).matches("\\d{4}-\\d\\d-\\d\\dT.*Z"))
                .jsonPath("$.tree.children[0].lastFailure.at")
                .value(String.class, at -> assertThat(at).matches("\\d{4}-\\d\\d-\\d\\dT.*Z"));
    }

    @Test
    void leavesOutWhatDoesNotApplyAndTextsOfExceptions() {
        String body =
                new String(
                        get("/actuator/otp/desk").returnResult().getResponseBodyContent(),
                        java.nio.charset.StandardCharsets.UTF_8);

        assertThat(body)
                .contains("\"path\":\"/desk\"")
                .doesNotContain("null", "a secret", "strategy", "children", "truncated");
    }

    @Test
    void showsOneNodeWithWhatIsBelowIt() {
        get("/actuator/otp/back/archive").jsonPath("$.name").isEqualTo("archive");
        get("/actuator/otp/back").jsonPath("$.children[0].path").isEqualTo("/back/archive");
    }

    @Test
    void knowsNoOtherPath() {
        client().get().uri("/actuator/otp/missing").exchange().expectStatus().isNotFound();
        client().get().uri("/actuator/otp/desk/x").exchange().expectStatus().isNotFound();
    }

    @Test
    void limitsDepthAndChildrenAndSaysSo() {
        get("/actuator/otp?depth=1")
                .jsonPath("$.tree.children[1].children")
                .isEmpty()
                .jsonPath("$.tree.children[1].truncated")
                .isEqualTo(true);
        get("/actuator/otp/carts?limit=1")
                .jsonPath("$.children.length()")
                .isEqualTo(1)
                .jsonPath("$.childCount")
                .isEqualTo(2)
                .jsonPath("$.truncated")
                .isEqualTo(true);
        get("/actuator/otp?depth=0&limit=1").jsonPath("$.actors").isEqualTo(4);
    }

    @Test
    void refusesDepthAndLimitOutOfRange() {
        for (String wrong :
                new String[] {"depth=-1", "depth=101", "limit=0", "limit=1001", "limit=x"}) {
            client().get().uri("/actuator/otp?" + wrong).exchange().expectStatus().isBadRequest();
        }
    }

    @Test
    void isLinkedFromTheIndex() {
        get("/actuator")
                .jsonPath("$._links.otp.href")
                .exists()
                .jsonPath("$._links.otp-path.templated")
                .isEqualTo(true);
    }

    @Test
    void isPartOfTheApplicationsHealth() {
        get("/actuator/health").jsonPath("$.status").isEqualTo("UP");
        get("/actuator/health/otp")
                .jsonPath("$.status")
                .isEqualTo("UP")
                .jsonPath("$.details.notRunning[0]")
                .isEqualTo("/back/archive");
    }
}
