/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.testkit.SharedRules;
import org.junit.jupiter.api.Test;

class ArchitectureTests {
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.otp4j.spring.singleton");
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackages("dev.otp4j.spring.singleton");

    @Test
    void theScanSawTheModule() {
        assertThat(MAIN).hasSizeGreaterThan(8);
        assertThat(TESTS).hasSizeGreaterThan(1);
    }

    @Test
    void theAnnotationKnowsNothingOfTheAutoConfiguration() {
        noClasses()
                .that()
                .resideInAPackage("dev.otp4j.spring.singleton")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..autoconfigure..")
                .check(MAIN);
    }

    @Test
    void onlyPublishedPartsOfTheOtherModulesAreUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.otp4j.internal..", "dev.otp4j.actuate..")
                .check(MAIN);
    }

    /** Micrometer is optional: these classes alone may fail without it. */
    @Test
    void metersAreKnownWhereTheyBelong() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("LeaseMeters")
                .and()
                .haveSimpleNameNotStartingWith("Meters")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(MAIN);
    }

    @Test
    void nothingSleeps() {
        SharedRules.NOTHING_SLEEPS.check(MAIN);
        SharedRules.NOTHING_SLEEPS.check(TESTS);
    }
}
