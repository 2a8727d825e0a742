/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.testkit.SharedRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ArchitectureTests {
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.otp4j.spring.modulith");
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackages("dev.otp4j.spring.modulith");

    @Test
    void theScanSawTheModule() {
        assertThat(MAIN).hasSizeGreaterThan(20);
        assertThat(TESTS).hasSizeGreaterThan(10);
    }

    @Test
    void whatApplicationsDeclareKnowsNothingOfTheAutoConfigurationAndOfModulith() {
        noClasses()
                .that()
                .resideInAPackage("dev.otp4j.spring.modulith")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..autoconfigure..", "org.springframework.modulith..")
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
                .haveSimpleNameNotStartingWith("DeliveryMeters")
                .and()
                .haveSimpleNameNotStartingWith("Meters")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(MAIN);
    }

    /** The rows are changed by guarded updates only, in one place. */
    @Test
    void onePlaceKnowsTheTable() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("Publications")
                .and()
                .haveSimpleNameNotStartingWith("DurableDeliveryAutoConfiguration")
                .and()
                .haveSimpleNameNotStartingWith("Delivery")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.jdbc..", "java.sql")
                .check(MAIN);
    }

    @Test
    void decisionsArePure() {
        noClasses()
                .that()
                .haveSimpleName("Due")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "dev.otp4j.process..")
                .check(MAIN);
    }

    @Test
    void nothingSleeps() {
        SharedRules.NOTHING_SLEEPS.check(MAIN);
        SharedRules.NOTHING_SLEEPS.check(TESTS);
    }
}
