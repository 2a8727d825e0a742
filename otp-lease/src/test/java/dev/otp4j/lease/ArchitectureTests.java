/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.testkit.SharedRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ArchitectureTests {
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.otp4j.lease");
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackages("dev.otp4j.lease");

    @Test
    void theScanSawTheModule() {
        assertThat(MAIN).hasSizeGreaterThan(15);
        assertThat(TESTS).hasSizeGreaterThan(5);
    }

    @Test
    void onlyThePublicPartsOfTheCoreAndJdbcAreUsed() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.otp4j.lease",
                        "dev.otp4j.process",
                        "dev.otp4j.actor",
                        "dev.otp4j.supervisor",
                        "java..",
                        "org.jspecify.annotations")
                .check(MAIN);
    }

    @Test
    void oneClassAloneKnowsJdbc() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.JdbcLeaseStore.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.sql")
                .check(MAIN);
    }

    /** An hour that the clock is wrong changes nothing. */
    @Test
    void noClockThatPeopleSetIsRead() throws IOException {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Instant.class, Clock.class, LocalDateTime.class, Date.class)
                .check(MAIN);
        for (String database : List.of("h2", "postgresql")) {
            String file = "schema-%s.sql".formatted(database);
            try (InputStream in =
                    Objects.requireNonNull(JdbcLeaseStore.class.getResourceAsStream(file))) {
                String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(script).doesNotContainIgnoringCase("time", "now(", "date");
            }
        }
    }

    @Test
    void thereArePureParts() {
        noClasses()
                .that()
                .haveSimpleName("Decision")
                .or()
                .haveSimpleName("Settings")
                .or()
                .haveSimpleName("LeaseRow")
                .should()
                .callMethod(System.class, "nanoTime")
                .check(MAIN);
    }

    @Test
    void noTestSleeps() {
        SharedRules.NOTHING_SLEEPS.check(MAIN);
        SharedRules.NOTHING_SLEEPS.check(TESTS);
    }
}
