/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.FactorySupervisor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** With 100,000 actors each answer over HTTP is as small as its {@code limit} says. */
@Timeout(120)
class LargeAnswersTests {
    private static final int ACTORS = 100_000;

    /** The number of characters of an answer with 100 entries. */
    private static final int BOUND = 60_000;

    @Test
    void answersAreBounded() throws InterruptedException {
        Map<String, Object> properties =
                Map.of(
                        "server.port", "0",
                        "management.endpoint.otp.access", "unrestricted",
                        "management.endpoints.web.exposure.include", "otp");
        try (var context = new SpringApplicationBuilder(Shop.class).properties(properties).run()) {
            context.getBean(OtpSystem.class).start();
            Thread.ofVirtual().start(LargeAnswersTests::startActors).join();
            Http http = Http.of(context);
            for (String path :
                    new String[] {
                        "",
                        "/carts",
                        "?format=text",
                        "?format=mermaid",
                        "?view=actors",
                        "?view=actors&sort=mailbox",
                        "?view=actors&sort=age",
                        "?view=actors&sort=restarts",
                        "?view=actors&sort=busy",
                        "?view=actors&state=running",
                        "?view=actors&match=99999",
                        "?view=actors&below=/carts&sort=mailbox&offset=10000",
                        "?view=runtime",
                        "?depth=8&limit=30",
                        "?view=starts",
                        "?view=waits",
                        "?view=events",
                        "?view=budgets",
                        "/carts/99999"
                    }) {
                long begun = System.nanoTime();
                Http.Answer answer = http.get(path);
                report(path, answer, System.nanoTime() - begun);
                assertThat(answer.status()).as(path).isEqualTo(200);
                assertThat(answer.body().length()).as(path).isLessThan(BOUND);
            }
            assertThat(http.get("?view=actors&sort=mailbox&limit=1").body())
                    .contains("\"total\":" + (ACTORS + 6));
            assertThat(http.operate("/carts/99999", "stop").status()).isEqualTo(200);
            assertThat(http.get("/carts/99999").status()).isEqualTo(404);
        }
    }

    /** Printed, not asserted: a machine may be busy. */
    private static void report(String path, Http.Answer answer, long nanos) {
        String line = "%-52s %6d characters, %4d ms";
        System.out.println(line.formatted(path, answer.body().length(), nanos / 1_000_000));
    }

    private static void startActors() {
        var factory = FactorySupervisor.byName(Shop.CARTS);
        for (int i = 0; i < ACTORS; i++) factory.startChild("cart");
    }
}
