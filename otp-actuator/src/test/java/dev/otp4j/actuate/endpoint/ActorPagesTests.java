/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.FactorySupervisor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What a page over the endpoint needs: pages of processes, the system in brief, operations. */
@Timeout(60)
class ActorPagesTests {
    private static final int CARTS = 35;
    private static ConfigurableApplicationContext context;
    private static Http http;

    @BeforeAll
    static void start() {
        Map<String, Object> properties =
                Map.of(
                        "server.port", "0",
                        "management.endpoint.otp.access", "unrestricted",
                        "management.endpoints.web.exposure.include", "otp");
        context = new SpringApplicationBuilder(Shop.class).properties(properties).run();
        context.getBean(OtpSystem.class).start();
        http = Http.of(context);
        var factory = FactorySupervisor.byName(Shop.CARTS);
        for (int i = 0; i < CARTS; i++) factory.startChild("cart");
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    private static List<String> paths(String query) {
        return JsonPath.read(http.get("?view=actors&" + query).body(), "$.actors[*].path");
    }

    private static int matching(String query) {
        return JsonPath.read(http.get("?view=actors&" + query).body(), "$.matching");
    }

    @Test
    void pagesFollowEachOther() {
        String carts = "below=/carts&sort=tree&limit=10&offset=";
        var all = new ArrayList<String>();
        for (int offset = 0; offset < 40; offset += 10) all.addAll(paths(carts + offset));
        List<String> expected =
                IntStream.rangeClosed(1, CARTS).mapToObj(n -> "/carts/" + n).toList();
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(paths(carts + 30)).hasSize(5);
        assertThat(paths(carts + 40)).isEmpty();
        assertThat(matching(carts + 40)).isEqualTo(CARTS);
    }

    @Test
    void onlyWhatIsBelowAPath() {
        assertThat(paths("below=/back")).containsExactly("/back/archive");
        assertThat(paths("below=/bac")).isEmpty();
        assertThat(paths("below=/desk")).isEmpty();
        assertThat(matching("below=/")).isEqualTo(CARTS + 5);
    }

    @Test
    void onlyPathsThatContainAText() {
        assertThat(paths("match=DES")).containsExactly("/desk");
        assertThat(paths("match=arch&below=/back")).containsExactly("/back/archive");
        assertThat(paths("match=arch&below=/carts")).isEmpty();
        assertThat(matching("match=carts/3&state=running")).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?view=actors&offset=10001",
                "?view=actors&offset=-1",
                "?view=actors&offset=x",
                "?view=stuck&offset=1",
                "?match=a",
                "?view=waits&below=/carts"
            })
    void aWrongParameterIsRefused(String query) {
        assertThat(http.get(query).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource
    void eachViewShowsTheSystemInBrief(OtpView view) {
        String body = http.get("?view=" + Texts.lowerCase(view)).body();
        Map<String, Object> brief = JsonPath.read(body, view == OtpView.TREE ? "$" : "$.system");
        assertThat(brief)
                .containsEntry("name", "shop")
                .containsEntry("state", "running")
                .containsEntry("operable", true)
                .containsEntry("incarnation", incarnation())
                .containsKeys("now", "startedAt", "restarts", "stuck", "deadLetters");
    }

    private static String incarnation() {
        long incarnation = context.getBean(OtpSystem.class).runtime().node().incarnation();
        return Long.toHexString(incarnation);
    }

    private static List<String> actions(String path) {
        return JsonPath.read(http.get(path).body(), "$.process.actions");
    }

    @Test
    void aNodeShowsTheOperationsThatApplyNow() {
        assertThat(actions("/desk"))
                .containsExactly("restart", "stop", "suspend", "kill", "start-recorder");
        assertThat(actions("/carts/1"))
                .containsExactly("stop", "suspend", "kill", "start-recorder");
        assertThat(actions("/guest")).doesNotContain("restart", "resume");
        assertThat(http.operate("/back/archive", "suspend").status()).isEqualTo(200);
        assertThat(http.operate("/back/archive", "start-recorder").status()).isEqualTo(200);
        assertThat(actions("/back/archive"))
                .contains("resume", "stop-recorder")
                .doesNotContain("suspend", "start-recorder");
        assertThat(http.operate("/back/archive", "stop").status()).isEqualTo(200);
        assertThat(actions("/back/archive")).containsExactly("restart", "start");
        assertThat(http.operate("/back/archive", "start").status()).isEqualTo(200);
    }

    @Test
    void handledMessagesAreLeftOutWhereTheyAreNotMeasured() {
        assertThat(http.get("/desk").body()).doesNotContain("\"handled\"");
    }

    @Test
    void theRuntimeIsShown() {
        String body = http.get("?view=runtime").body();
        assertThat((Integer) JsonPath.read(body, "$.states.running")).isGreaterThan(CARTS);
        assertThat((Integer) JsonPath.read(body, "$.carriers.parallelism")).isPositive();
        assertThat((Integer) JsonPath.read(body, "$.heap.used")).isPositive();
        assertThat(http.get("?view=runtime&format=text").body())
                .containsPattern("processes +\\d+ running")
                .containsPattern("carriers +\\d+ of \\d+ threads, \\d+ busy")
                .containsPattern("zombies +0\n");
    }
}
