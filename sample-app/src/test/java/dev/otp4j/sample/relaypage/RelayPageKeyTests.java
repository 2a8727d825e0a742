/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relaypage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.SampleApplication;
import dev.otp4j.sample.relaypage.LiveRelay.Running;
import dev.otp4j.sample.testkit.Axe;
import dev.otp4j.sample.testkit.Browser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The page of a relay that asks for API keys. */
@ExtendWith(LiveRelay.class)
@Timeout(120)
class RelayPageKeyTests {
    private final Browser browser;

    @TempDir Path folder;

    RelayPageKeyTests(Running running) {
        this.browser = running.browser();
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(SampleApplication.class)
                .profiles("secured")
                .run(
                        "--server.port=0",
                        "--relay.data-dir=" + folder,
                        "--relay.api-keys[0].name=viewer",
                        "--relay.api-keys[0].role=VIEWER",
                        "--relay.api-keys[0].sha256=" + sha256("a-viewer"),
                        "--relay.api-keys[1].name=operator",
                        "--relay.api-keys[1].role=OPERATOR",
                        "--relay.api-keys[1].sha256=" + sha256("an-operator"),
                        "--spring.main.banner-mode=off");
    }

    private static String sha256(String key) {
        try {
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void use(String key) {
        browser.click("[data-do=key]");
        browser.fill("dialog input[name=key]", key);
        browser.click("dialog button[type=submit]");
        browser.eventually(() -> assertThat(browser.all("dialog")).isEmpty());
    }

    @Test
    void asksForAKeyAndSaysWhatItDoesNotAllow() {
        try (var context = start()) {
            var server = ((ServletWebServerApplicationContext) context).getWebServer();
            browser.usual();
            browser.open("http://localhost:" + server.getPort() + "/");
            browser.showsEventually("#banner", "needs an API key", "(401)");
            assertThat(Axe.violations(browser)).isEmpty();
            browser.picture("relay-key");

            use("guessed");
            browser.showsEventually("#banner", "the API key is not known");

            use("a-viewer");
            browser.showsEventually("#live", "live");
            browser.showsEventually("#subscriptions", "There is no subscription yet");
            browser.click("[data-do=send]");
            browser.showsEventually("#send .outcome", "with the role PUBLISHER (403)");

            use("an-operator");
            browser.click("[data-do=send]");
            browser.showsEventually("#send .outcome", "Accepted and on the disk");
            isKeptInTheTabOnly();
        }
    }

    private void isKeptInTheTabOnly() {
        assertThat(browser.<String>script("return sessionStorage.getItem('relay.key')"))
                .isEqualTo("an-operator");
        assertThat(browser.<Long>script("return localStorage.length")).isZero();
        assertThat(browser.<String>script("return document.cookie")).isEmpty();
        assertThat(browser.address()).doesNotContain("operator");
    }
}
