/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.spring.RestartBackoff;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fails when a property or a default changes or a description is missing, so that no change goes
 * unnoticed.
 */
class ConfigurationMetadataTests {
    private static JsonNode properties() throws IOException {
        return metadata().get("properties");
    }

    private static JsonNode metadata() throws IOException {
        String module =
                OtpProperties.class.getProtectionDomain().getCodeSource().getLocation().toString();
        var url = new java.net.URL(module + "META-INF/spring-configuration-metadata.json");
        try (var file = url.openStream()) {
            return JsonMapper.shared().readTree(file);
        }
    }

    @Test
    void namesThePropertiesAndTheirDefaults() throws IOException {
        assertThat(StreamSupport.stream(properties().spliterator(), false))
                .map(ConfigurationMetadataTests::line)
                .containsExactlyInAnyOrder(
                        "otp.call.timeout = \"5s\"",
                        "otp.concurrency = null",
                        "otp.context.mdc-keys = null",
                        "otp.context.propagation = false",
                        "otp.jfr.enabled = true",
                        "otp.jfr.slow-handlers = false",
                        "otp.logging.mdc = \"library\"",
                        "otp.mailbox.hold = 1000",
                        "otp.metrics.call-timing = false",
                        "otp.metrics.queue-timing = false",
                        "otp.metrics.message-timing = \"none\"",
                        "otp.observation.enabled = false",
                        "otp.observation.sends = \"link\"",
                        "otp.observation.stuck-after = \"5s\"",
                        "otp.scheduling.chaining = true",
                        "otp.supervision.actors = null",
                        "otp.supervision.auto-startup = true",
                        "otp.supervision.events = \"auto\"",
                        "otp.supervision.exit-code = 70",
                        "otp.supervision.factories = null",
                        "otp.supervision.fail-on-unknown-names = true",
                        "otp.supervision.on-startup-failure = \"fail\"",
                        "otp.supervision.init-timeout = \"10s\"",
                        "otp.supervision.keep-alive = \"auto\"",
                        "otp.supervision.on-root-failure = \"break-liveness\"",
                        "otp.supervision.phase = 2147480575",
                        "otp.supervision.shutdown-timeout = \"20s\"",
                        "otp.supervision.startup-timeout = \"30s\"",
                        "otp.supervision.supervisors = null",
                        "otp.web.problemdetails.enabled = false",
                        "otp.web.problemdetails.retry-after = \"5s\"");
    }

    /** Metadata has one property for a map; tools read what a value has from its type. */
    @Test
    void namesWhatCanBeSetByName() {
        assertThat(settings("actors", TuningProperties.Actor.class))
                .containsExactlyInAnyOrder(
                        "actors.<name>.await-thread-on-kill: Duration",
                        "actors.<name>.backoff: Delays",
                        "actors.<name>.batches: Integer",
                        "actors.<name>.concurrency: String",
                        "actors.<name>.mailbox: String",
                        "actors.<name>.chaining: Boolean",
                        "actors.<name>.idle-timeout: Duration",
                        "actors.<name>.drop-expired-calls: Boolean",
                        "actors.<name>.fail-circular-calls: Boolean",
                        "actors.<name>.init-timeout: Duration",
                        "actors.<name>.interrupt-on-kill: Boolean",
                        "actors.<name>.restart: Restart",
                        "actors.<name>.retained: String",
                        "actors.<name>.shutdown: String",
                        "actors.<name>.stuck-after: Duration",
                        "actors.<name>.trap-exits: Boolean");
        assertThat(settings("factories", TuningProperties.Factory.class))
                .containsExactlyInAnyOrder(
                        "factories.<name>.await-thread-on-kill: Duration",
                        "factories.<name>.backoff: Delays",
                        "factories.<name>.concurrency: String",
                        "factories.<name>.passivate-after: Duration",
                        "factories.<name>.parallel-starts: Integer",
                        "factories.<name>.start-limit: Duration",
                        "factories.<name>.tolerance-per-key: Boolean",
                        "factories.<name>.intensity: Integer",
                        "factories.<name>.max-children: Integer",
                        "factories.<name>.period: Duration",
                        "factories.<name>.restart: Restart",
                        "factories.<name>.shutdown: String",
                        "factories.<name>.stuck-after: Duration");
        assertThat(settings("supervisors", TuningProperties.Supervisor.class))
                .containsExactlyInAnyOrder(
                        "supervisors.<name>.concurrency: String",
                        "supervisors.<name>.intensity: Integer",
                        "supervisors.<name>.period: Duration");
    }

    @Test
    void namesWhatCanBeSetOfABackoff() {
        assertThat(settings("backoff", TuningProperties.Delays.class))
                .containsExactlyInAnyOrder(
                        "backoff.<name>.first: Duration",
                        "backoff.<name>.longest: Duration",
                        "backoff.<name>.factor: Double",
                        "backoff.<name>.jitter: Double",
                        "backoff.<name>.reset-after: Duration",
                        "backoff.<name>.calls-fail-fast: Boolean");
        assertThat(attributes(RestartBackoff.class))
                .containsExactlyInAnyOrderElementsOf(names(TuningProperties.Delays.class))
                .containsExactlyInAnyOrderElementsOf(names(Backoff.class));
    }

    /**
     * {@code stuck-after} is of interest to operators only; the rest of an annotation is structure.
     */
    @Test
    void namesAllThatAnnotationsSayExceptTheStructure() {
        assertThat(attributes(SupervisedActor.class))
                .containsExactlyInAnyOrderElementsOf(
                        with(
                                names(TuningProperties.Actor.class, "stuckAfter"),
                                "value",
                                "supervisor",
                                "order"));
        assertThat(attributes(Supervisor.class))
                .containsExactlyInAnyOrderElementsOf(
                        with(
                                names(TuningProperties.Supervisor.class),
                                "value",
                                "supervisor",
                                "order",
                                "strategy"));
    }

    /** What is not a setting is structure, or has nothing to do with how the child runs. */
    @Test
    void namesAllThatBuildersSayExceptTheStructure() {
        var actor = names(TuningProperties.Actor.class);
        assertThat(setters(ActorBuilder.class))
                .isSubsetOf(with(actor, "named", "runtime", "onTerminate", "shownAs"))
                .contains("initTimeout", "trapExits", "interruptOnKill", "chaining");
        assertThat(setters(ChildSpecification.class))
                .isSubsetOf(
                        with(
                                actor,
                                "significant",
                                "withId",
                                "declaredBy",
                                "aroundStart",
                                "mapData"))
                .contains("restart", "shutdown");
        assertThat(setters(FactorySupervisor.Builder.class))
                .isSubsetOf(
                        with(
                                names(TuningProperties.Factory.class),
                                "named",
                                "runtime",
                                "restartTolerance"))
                .contains("restart", "shutdown", "maxChildren");
        assertThat(setters(StaticSupervisor.Builder.class))
                .containsExactlyInAnyOrder(
                        "restartTolerance",
                        "autoShutdown",
                        "add",
                        "addAll",
                        "runtime",
                        "concurrency");
    }

    private static List<String> names(Class<?> settings, String... without) {
        return Stream.of(settings.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(name -> !List.of(without).contains(name))
                .toList();
    }

    private static List<String> with(List<String> names, String... more) {
        return Stream.concat(names.stream(), Stream.of(more)).toList();
    }

    private static List<String> attributes(Class<?> annotation) {
        return Stream.of(annotation.getDeclaredMethods()).map(Method::getName).toList();
    }

    /** The methods that return the same builder with a change. */
    private static Set<String> setters(Class<?> builder) {
        return Stream.of(builder.getDeclaredMethods())
                .filter(method -> method.getReturnType() == builder)
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    private static List<String> settings(String group, Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(
                        component ->
                                "%s.<name>.%s: %s"
                                        .formatted(
                                                group,
                                                DataObjectPropertyName.toDashedForm(
                                                        component.getName()),
                                                component.getType().getSimpleName()))
                .toList();
    }

    @Test
    void completesTheNamesOfActorsFactoriesAndSupervisors() throws IOException {
        assertThat(metadata().get("hints"))
                .extracting(hint -> hint.get("name").asString())
                .contains(
                        "otp.supervision.actors.keys",
                        "otp.supervision.factories.keys",
                        "otp.supervision.supervisors.keys");
    }

    @Test
    void describesEachOfThem() throws IOException {
        assertThat(properties())
                .allSatisfy(
                        property ->
                                assertThat(property.path("description").asString(""))
                                        .as(property.get("name").asString())
                                        .matches("[A-Z].*\\."));
    }

    private static String line(JsonNode property) {
        return property.get("name").asString() + " = " + property.get("defaultValue");
    }
}
