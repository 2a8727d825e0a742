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
        if (!browser.<Boolean>script("return typeof axe !== 'undefined'")) browser.script(script());
        return browser.asyncScript(
                """
                const done = arguments[arguments.length - 1];
                axe.run(document).then(
                    found => done(found.violations.map(rule =>
                        rule.id + ': ' + rule.nodes.map(node => node.html + ' ' + node.failureSummary).join('; '))),
                    failed => done([String(failed)]));
                """);
    }
}
