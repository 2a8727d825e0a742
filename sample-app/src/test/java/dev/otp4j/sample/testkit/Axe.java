/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The rules of axe-core for accessible pages, with those for contrasts. */
public final class Axe {
    private Axe() {}

    private static String script() {
        try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each rule that the page breaks, with the elements that break it. */
    public static List<String> violations(Browser browser) {
        return violations(browser, "");
    }

    /**
     * As {@link #violations}, of the rules about colors alone. It is enough for a page that was
     * checked in another color scheme and is the same otherwise.
     */
    public static List<String> violationsOfColors(Browser browser) {
        return violations(
                browser,
                "runOnly: ['cat.color'], rules: { 'color-contrast-enhanced': { enabled: false } },");
    }

    /** Only what is broken is described: most of the time goes into what is not. */
    private static List<String> violations(Browser browser, String rules) {
        if (!browser.<Boolean>script("return typeof axe !== 'undefined'")) browser.script(script());
        return browser.asyncScript(
                """
                const done = arguments[arguments.length - 1];
                axe.run(document, { %s resultTypes: ['violations'] }).then(
                    found => done(found.violations.map(rule =>
                        rule.id + ': ' + rule.nodes.map(node => node.html + ' ' + node.failureSummary).join('; '))),
                    failed => done([String(failed)]));
                """
                        .formatted(rules));
    }
}
