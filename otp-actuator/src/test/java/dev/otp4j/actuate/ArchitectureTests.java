/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
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
                    .importPackages("dev.otp4j.actuate");
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackages("dev.otp4j.actuate");

    @Test
    void scanSawEnoughClasses() {
        assertThat(MAIN).hasSizeGreaterThan(10);
        assertThat(TESTS).hasSizeGreaterThan(5);
    }

    @Test
    void roomsAreUsedInOrder() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("autoconfigure")
                .definedBy("..actuate.autoconfigure..")
                .layer("endpoint")
                .definedBy("..actuate.endpoint..")
                .layer("health")
                .definedBy("..actuate.health..")
                .layer("metrics")
                .definedBy("..actuate.metrics..")
                .layer("page")
                .definedBy("..actuate.page..")
                .whereLayer("autoconfigure")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("endpoint")
                .mayOnlyBeAccessedByLayers("autoconfigure")
                .whereLayer("health")
                .mayOnlyBeAccessedByLayers("autoconfigure")
                .whereLayer("metrics")
                .mayOnlyBeAccessedByLayers("autoconfigure")
                .whereLayer("page")
                .mayOnlyBeAccessedByLayers("autoconfigure")
                .check(MAIN);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.otp4j.spring..")
                .check(MAIN);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.otp4j.actuate.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void micrometerStaysInMetrics() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..actuate.endpoint..", "..actuate.health..", "..actuate.page..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(MAIN);
    }

    /** An application without a web server has none of these. */
    @Test
    void theWebStaysInPage() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..actuate.page..", "..actuate.autoconfigure..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..", "jakarta.servlet..", "reactor..")
                .check(MAIN);
    }

    @Test
    void testsDoNotSleep() {
        SharedRules.NOTHING_SLEEPS.check(TESTS);
    }
}
