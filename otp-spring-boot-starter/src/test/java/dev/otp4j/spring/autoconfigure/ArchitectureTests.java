/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.testkit.SharedRules;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;

class ArchitectureTests {
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.otp4j.spring");
    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackages("dev.otp4j.spring");

    @Test
    void scanSawEnoughClasses() {
        assertThat(MAIN).hasSizeGreaterThan(20);
        assertThat(TESTS).hasSizeGreaterThan(10);
    }

    @Test
    void roomsAreUsedInOrder() {
        noClasses()
                .that()
                .resideInAPackage("dev.otp4j.spring")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..autoconfigure..")
                .check(MAIN);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.otp4j.actuate..", "dev.otp4j.internal..")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage("dev.otp4j.spring.observation")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.otp4j.spring", "..autoconfigure..", "org.springframework..")
                .check(MAIN);
    }

    @Test
    void whatSendsAfterACommitUsesNothingOfTheTree() {
        noClasses()
                .that()
                .resideInAPackage("dev.otp4j.spring.transaction")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.otp4j.spring",
                        "..autoconfigure..",
                        "dev.otp4j.supervisor..",
                        "dev.otp4j.application..",
                        "org.springframework.jdbc..")
                .check(MAIN);
    }

    /** An application may have none of it. */
    @Test
    void micrometerStaysInItsRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.otp4j.spring.observation")
                .and(not(in(SnapshotContext.class)))
                .and(not(in(OtpObservationAutoConfiguration.class)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage("dev.otp4j.spring.observation")
                .and()
                .doNotHaveSimpleName("OtpTracingObservationHandler")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer.tracing..")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("OtpTracingObservationHandler")
                .check(MAIN);
    }

    private static DescribedPredicate<JavaClass> in(Class<?> outermost) {
        return DescribedPredicate.describe(
                "in " + outermost.getSimpleName(),
                type ->
                        type.isEquivalentTo(outermost)
                                || type.getEnclosingClass()
                                        .filter(outer -> outer.isEquivalentTo(outermost))
                                        .isPresent());
    }

    /** Any other place would forget the application context's class loader. */
    @Test
    void threadsAreMadeInTwoPlacesOnly() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SystemThreads")
                .and()
                .doNotHaveSimpleName("KeepAliveThread")
                .should()
                .callMethod(Thread.class, "ofVirtual")
                .orShould()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .callMethod(Thread.class, "startVirtualThread", Runnable.class)
                .check(MAIN);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.otp4j.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void autoConfigurationsArePublicAndFinal() {
        classes()
                .that()
                .areAnnotatedWith(AutoConfiguration.class)
                .should()
                .bePublic()
                .andShould()
                .haveModifier(JavaModifier.FINAL)
                .check(MAIN);
    }

    @Test
    void nothingSleeps() {
        SharedRules.NOTHING_SLEEPS.check(MAIN);
        SharedRules.NOTHING_SLEEPS.check(TESTS);
    }
}
