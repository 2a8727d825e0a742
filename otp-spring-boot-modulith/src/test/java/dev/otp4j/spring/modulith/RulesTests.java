/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.testkit.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The promises of durable delivery, {@code delivery-rules.tsv}, and the tests that show them. */
@Timeout(60)
class RulesTests {
    @Test
    void eachRuleIsShownByATestAndEachMarkIsARule() throws IOException {
        assertThat(marks()).isEqualTo(rules());
    }

    private static Set<String> rules() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        RulesTests.class.getResourceAsStream("/delivery-rules.tsv"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            var ids = new TreeSet<String>();
            text.lines().map(line -> line.split("\t")[0]).forEach(ids::add);
            return ids;
        }
    }

    private static Set<String> marks() {
        var found = new TreeSet<String>();
        for (JavaClass type :
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                        .importPackages("dev.otp4j.spring.modulith")) {
            for (JavaMethod method : type.getMethods()) {
                if (!method.isAnnotatedWith(Rule.class)) continue;
                Collections.addAll(found, method.getAnnotationOfType(Rule.class).value());
            }
        }
        return found;
    }
}
