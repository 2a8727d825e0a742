/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.openapi.Description.Operation;
import dev.otp4j.sample.testkit.Relay.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The description and the relay say the same: each mapping is described, each described answer is
 * given by a running relay, and the answers have the described shape.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "relay.ledger-timeout=300ms")
@ActiveProfiles({"chaos", "secured"})
@Timeout(30)
class OpenApiTests {
    private static final Description DESCRIPTION = Description.read();

    @TempDir static Path folder;

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry properties) {
        properties.add("relay.data-dir", () -> folder.toString());
        Requests.keys((name, value) -> properties.add(name, () -> value));
    }

    @LocalServerPort int port;
    @Autowired ApplicationContext context;

    private Requests requests;

    @BeforeEach
    void client() {
        requests = new Requests(port, context);
    }

    @AfterEach
    void close() {
        requests.close();
    }

    @Test
    void eachMappingIsDescribedAndNothingElse() {
        Set<String> mapped =
                context
                        .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                        .getHandlerMethods()
                        .entrySet()
                        .stream()
                        .filter(entry -> !isOfThePage(entry.getValue()))
                        .flatMap(entry -> named(entry.getKey()))
                        .collect(Collectors.toSet());

        assertThat(DESCRIPTION.operations().map(Operation::toString))
                .containsExactlyInAnyOrderElementsOf(mapped);
    }

    /** What the page asks for is its own. */
    private static boolean isOfThePage(HandlerMethod handler) {
        return handler.getBeanType().getPackageName().endsWith(".console");
    }

    private static Stream<String> named(RequestMappingInfo info) {
        return info.getMethodsCondition().getMethods().stream()
                .flatMap(
                        method ->
                                info.getPatternValues().stream().map(path -> method + " " + path));
    }

    @Test
    void theDescriptionIsServedAndItsReferencesLeadSomewhere() {
        Answer answer = requests.get("/openapi.yaml");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.type()).contains("yaml");
        assertThat(answer.response().body()).startsWith("openapi: 3.1.");
        assertThat(DESCRIPTION.references())
                .isNotEmpty()
                .allMatch(ref -> !DESCRIPTION.root().at(ref.substring(1)).isMissingNode());
        assertThat(DESCRIPTION.operations().map(o -> o.node().get("operationId").stringValue()))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(5);
        assertThat(DESCRIPTION.operations())
                .allMatch(operation -> operation.node().get("summary") != null)
                .allMatch(operation -> operation.node().get("tags") != null);
    }

    static Stream<Arguments> answers() {
        return DESCRIPTION
                .operations()
                .flatMap(
                        operation ->
                                operation
                                        .statuses()
                                        .map(status -> Arguments.of(operation, status)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void eachDescribedAnswerIsGivenInTheDescribedShape(Operation operation, int status) {
        Answer answer = requests.provoke(operation, status);

        assertThat(answer.status()).as(operation + " " + answer).isEqualTo(status);
        assertMatches(operation.response(status), answer);
    }

    private static void assertMatches(JsonNode described, Answer answer) {
        for (var header : described.path("headers").properties()) {
            String value = answer.response().headers().firstValue(header.getKey()).orElseThrow();
            JsonNode text = StringNode.valueOf(value);
            assertThat(DESCRIPTION.errors(header.getValue().get("schema"), text)).isEmpty();
        }
        if (described.get("content") == null) {
            assertThat(answer.response().body()).isEmpty();
            return;
        }
        String type = answer.type().replaceAll(";.*", "");
        JsonNode schema = DESCRIPTION.schema(described, type).orElseThrow(AssertionError::new);
        assertThat(DESCRIPTION.errors(schema, answer.json())).as(answer.toString()).isEmpty();
    }

    static Stream<Operation> operationsWithBody() {
        return DESCRIPTION.operations().filter(each -> each.node().get("requestBody") != null);
    }

    @ParameterizedTest
    @MethodSource("operationsWithBody")
    void theExamplesOfBodiesHaveTheirShape(Operation operation) {
        JsonNode schema =
                DESCRIPTION
                        .schema(operation.node().get("requestBody"), "application/json")
                        .orElseThrow();

        assertThat(DESCRIPTION.errors(schema, operation.exampleBody())).isEmpty();
    }

    /** So that the comparison can fail. */
    @Test
    void aBodyOfAnotherShapeIsNoticed() {
        JsonNode schema = DESCRIPTION.root().at("/components/schemas/EventStatus");
        JsonNode event = requests.get("/events/" + requests.newEvent()).json();

        assertThat(DESCRIPTION.errors(schema, event)).isEmpty();
        var other = (ObjectNode) event.deepCopy();
        other.put("receivedAt", "yesterday").put("more", 1);
        assertThat(DESCRIPTION.errors(schema, other)).hasSize(2);
        assertThat(List.of(event.propertyNames().toArray())).hasSize(4);
    }
}
