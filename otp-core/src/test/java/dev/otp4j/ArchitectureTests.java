/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.testkit.SharedRules;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How the rooms of the core use each other. */
class ArchitectureTests {
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.otp4j");
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                    .importPackages("dev.otp4j");

    @Test
    void theScanSawTheCoreAndItsTests() {
        assertThat(MAIN.size()).isGreaterThan(100);
        assertThat(TESTS.size()).isGreaterThan(50);
        assertThat(
                        Set.of(
                                "process",
                                "sys",
                                "actor",
                                "supervisor",
                                "application",
                                "internal.mailbox",
                                "internal.table",
                                "internal.user",
                                "internal.marks",
                                "internal.log",
                                "internal.threads",
                                "internal.path",
                                "internal.boot"))
                .allMatch(room -> MAIN.containPackage("dev.otp4j." + room));
    }

    @Test
    void theRoomsAreUsedInOrder() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.otp4j..")
                .layer("marks")
                .definedBy("dev.otp4j.internal.marks")
                .layer("log")
                .definedBy("dev.otp4j.internal.log")
                .layer("mailbox")
                .definedBy("dev.otp4j.internal.mailbox")
                .layer("table")
                .definedBy("dev.otp4j.internal.table")
                .layer("user")
                .definedBy("dev.otp4j.internal.user")
                .layer("threads")
                .definedBy("dev.otp4j.internal.threads")
                .layer("path")
                .definedBy("dev.otp4j.internal.path")
                .layer("boot")
                .definedBy("dev.otp4j.internal.boot")
                .layer("process")
                .definedBy("dev.otp4j.process")
                .layer("sys")
                .definedBy("dev.otp4j.sys")
                .layer("actor")
                .definedBy("dev.otp4j.actor")
                .layer("supervisor")
                .definedBy("dev.otp4j.supervisor")
                .layer("application")
                .definedBy("dev.otp4j.application")
                .layer("observer")
                .definedBy("dev.otp4j.observer")
                .layer("jfr")
                .definedBy("dev.otp4j.jfr")
                .whereLayer("mailbox")
                .mayOnlyAccessLayers("marks")
                .whereLayer("log")
                .mayNotAccessAnyLayer()
                .whereLayer("marks")
                .mayNotAccessAnyLayer()
                .whereLayer("table")
                .mayNotAccessAnyLayer()
                .whereLayer("user")
                .mayNotAccessAnyLayer()
                .whereLayer("threads")
                .mayOnlyAccessLayers("log")
                .whereLayer("path")
                .mayNotAccessAnyLayer()
                .whereLayer("process")
                .mayOnlyAccessLayers("threads", "mailbox", "table", "user", "path", "marks", "log")
                .whereLayer("boot")
                .mayOnlyAccessLayers("process", "path")
                .whereLayer("sys")
                .mayOnlyAccessLayers("process", "threads", "log")
                .whereLayer("actor")
                .mayOnlyAccessLayers("sys", "process", "user", "log")
                .whereLayer("supervisor")
                .mayOnlyAccessLayers(
                        "actor", "sys", "process", "boot", "threads", "table", "user", "path",
                        "log")
                .whereLayer("application")
                .mayOnlyAccessLayers(
                        "supervisor", "actor", "process", "boot", "threads", "user", "path", "log")
                .whereLayer("observer")
                .mayOnlyAccessLayers("application", "supervisor", "process")
                .whereLayer("jfr")
                .mayOnlyAccessLayers("observer", "application", "supervisor", "process")
                .whereLayer("jfr")
                .mayNotBeAccessedByAnyLayer()
                .ensureAllClassesAreContainedInArchitecture()
                .check(MAIN);
    }

    /** Any other place would forget the class loader of the runtime's owner. */
    @Test
    void threadsAreMadeInOnePlaceOnly() {
        noClasses()
                .that()
                .doNotHaveSimpleName("ThreadContext")
                .should()
                .callMethod(Thread.class, "ofVirtual")
                .orShould()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .check(MAIN);
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("dev.otp4j.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void theCoreKnowsOnlyTheJdkAndJSpecify() {
        classes()
                .that()
                .resideOutsideOfPackage("dev.otp4j.jfr")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.otp4j..", "java..", "org.jspecify.annotations")
                .check(MAIN);
    }

    @Test
    void oneRoomAloneKnowsFlightRecorder() {
        classes()
                .that()
                .resideInAPackage("dev.otp4j.jfr")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.otp4j..", "java..", "jdk.jfr", "org.jspecify.annotations")
                .check(MAIN);
    }

    @Test
    void onlyProcessUsesInternalsExceptTables() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.otp4j.internal..", "dev.otp4j.process")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.otp4j.internal.mailbox", "dev.otp4j.internal.marks")
                .check(MAIN);
    }

    @Test
    void loggersComeFromOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.otp4j.internal.log")
                .should()
                .callMethod(System.class, "getLogger", String.class)
                .check(MAIN);
    }

    @Test
    void noTestSleeps() {
        SharedRules.NOTHING_SLEEPS.check(TESTS);
    }
}
