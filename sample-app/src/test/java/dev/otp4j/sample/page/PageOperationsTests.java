/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.page;

import static dev.otp4j.test.OtpAssertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.sample.page.LivePage.Running;
import dev.otp4j.sample.testkit.Axe;
import dev.otp4j.sample.testkit.Browser;
import dev.otp4j.test.ActorAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** Operations from the page: only those that apply, and only after a question. */
@ExtendWith(LivePage.class)
@Timeout(120)
class PageOperationsTests {
    private static final String PATH = "/billing/sessions/7";

    private final Running running;

    PageOperationsTests(Running running) {
        this.running = running;
    }

    private ActorAssert assertThatActor() {
        return assertThat(running.context().getBean(OtpSystem.class)).actor(PATH);
    }

    private static void answer(Browser browser, String button) {
        browser.eventually(
                () ->
                        browser.one("dialog").findElements(By.tagName("button")).stream()
                                .filter(one -> one.getText().equals(button))
                                .findFirst()
                                .orElseThrow()
                                .click());
    }

    @Test
    void areAskedForDoneAndSeen() {
        Browser browser = running.open("#/node" + PATH);
        browser.click("[data-action=suspend]");
        browser.showsEventually("dialog", "Suspend " + PATH, "They stay queued until");
        assertThat(browser.focused()).isEqualTo("Cancel");
        browser.picture("question");
        assertThat(Axe.violations(browser)).isEmpty();
        browser.press(Keys.ESCAPE);
        browser.eventually(() -> assertThat(browser.all("dialog")).isEmpty());
        assertThatActor().isRunning();

        browser.click("[data-action=suspend]");
        answer(browser, "Suspend");
        browser.showsEventually("dialog", "done: suspended");
        assertThatActor().hasState(TreeNode.State.SUSPENDED);
        answer(browser, "Close");
        browser.showsEventually("h1", "suspended");
        assertThat(browser.all("[data-action=suspend]")).isEmpty();

        browser.click("[data-action=resume]");
        answer(browser, "Resume");
        browser.showsEventually("dialog", "done: resumed");
        answer(browser, "Close");
        browser.showsEventually("h1", "running");
        browser.view("#/timeline");
        browser.showsEventually("tbody", "operator", PATH, "suspend by anonymous: done");
    }

    @Test
    void aRefusalIsShown() {
        Browser browser = running.open("#/node/billing/printer");
        browser.click("[data-action=suspend]");
        browser.script("window.fetch = () => Promise.resolve(new Response('', { status: 403 }))");
        answer(browser, "Suspend");
        browser.showsEventually("dialog", "refused", "(403)", "XSRF-TOKEN");
        answer(browser, "Close");
        browser.showsEventually("#banner", "does not let you read");
    }

    @Test
    void doNotApplyToTheRoot() {
        Browser browser = running.open("#/node");
        browser.showsEventually("h1", "root");
        assertThat(browser.all("[data-action=stop], [data-action=kill]")).isEmpty();
    }
}
