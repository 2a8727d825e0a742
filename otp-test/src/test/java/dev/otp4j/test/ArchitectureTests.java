/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.testkit.SharedRules;
import org.junit.jupiter.api.Test;

class ArchitectureTests {
    private static final JavaClasses ALL = new ClassFileImporter().importPackages("dev.otp4j.test");
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.otp4j.test");

    @Test
    void scanSawEnoughClasses() {
        assertThat(MAIN).hasSizeGreaterThan(10);
        assertThat(ALL.size()).isGreaterThan(MAIN.size());
    }

    @Test
    void onlyThePublicPartsOfTheCoreAreUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.otp4j.internal..", "org.springframework..")
                .check(MAIN);
    }

    /** AssertJ and JUnit are optional: only these classes may fail without them. */
    @Test
    void optionalLibrariesAreUsedWhereTheyBelong() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Assert")
                .and()
                .haveSimpleNameNotEndingWith("Assertions")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.assertj..")
                .check(MAIN);
        noClasses()
                .that()
                .doNotHaveSimpleName("OtpExtension")
                .and()
                .doNotHaveSimpleName("DetectLeaks")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.junit..")
                .check(MAIN);
    }

    @Test
    void nothingSleeps() {
        SharedRules.NOTHING_SLEEPS.check(ALL);
    }
}
