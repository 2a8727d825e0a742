/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.testkit.SharedRules;
import org.junit.jupiter.api.Test;

class ArchitectureTests {
    private static final JavaClasses ALL =
            new ClassFileImporter().importPackages("dev.otp4j.spring.test");
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.otp4j.spring.test");

    @Test
    void scanSawEnoughClasses() {
        assertThat(MAIN).hasSizeGreaterThan(5);
        assertThat(ALL.size()).isGreaterThan(MAIN.size());
    }

    @Test
    void insidesAreLeftAlone() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.otp4j.internal..", "dev.otp4j.spring.autoconfigure..")
                .check(MAIN);
    }

    @Test
    void nothingSleeps() {
        SharedRules.NOTHING_SLEEPS.check(ALL);
    }
}
