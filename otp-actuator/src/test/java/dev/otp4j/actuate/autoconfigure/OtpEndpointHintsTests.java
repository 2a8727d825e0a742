/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.otp4j.actuate.endpoint.OtpEndpoint;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.context.annotation.ImportRuntimeHints;

class OtpEndpointHintsTests {
    private final RuntimeHints hints = new RuntimeHints();

    @Test
    void eachAnswerCanBeSerialized() {
        new OtpEndpointHints().registerHints(hints, null);

        Set<Class<?>> answers = answers();
        assertThat(answers).hasSizeGreaterThan(20);
        assertThat(answers)
                .allSatisfy(
                        answer -> {
                            assertThat(
                                            reflection()
                                                    .onType(answer)
                                                    .withMemberCategory(
                                                            MemberCategory
                                                                    .INVOKE_DECLARED_CONSTRUCTORS))
                                    .accepts(hints);
                            for (var component : answer.getRecordComponents()) {
                                assertThat(reflection().onMethodInvocation(component.getAccessor()))
                                        .accepts(hints);
                            }
                        });
    }

    @Test
    void theAutoConfigurationImportsTheHints() {
        assertThat(
                        OtpEndpointAutoConfiguration.class
                                .getAnnotation(ImportRuntimeHints.class)
                                .value())
                .containsExactly(OtpEndpointHints.class);
    }

    private static Set<Class<?>> answers() {
        return new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackagesOf(OtpEndpoint.class)
                        .stream()
                        .filter(type -> type.isAssignableTo(OperationResponseBody.class))
                        .filter(JavaClass::isRecord)
                        .map(JavaClass::reflect)
                        .collect(Collectors.toSet());
    }
}
