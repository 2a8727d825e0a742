/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.openapi;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The description that the relay serves, {@code openapi.yaml}. */
final class Description {
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

    private final JsonNode root;
    private final SchemaRegistry schemas =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private Description(JsonNode root) {
        this.root = root;
    }

    /** Reads the file that the application contains. */
    static Description read() {
        try (InputStream in = Description.class.getResourceAsStream("/static/openapi.yaml")) {
            return new Description(new YAMLMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    /** A method of a path. */
    final class Operation {
        final String method;
        final String path;
        private final JsonNode node;

        private Operation(String method, String path, JsonNode node) {
            this.method = method.toUpperCase();
            this.path = path;
            this.node = node;
        }

        JsonNode node() {
            return node;
        }

        Stream<Integer> statuses() {
            return node.get("responses").propertyNames().stream().map(Integer::valueOf);
        }

        JsonNode response(int status) {
            return resolved(node.get("responses").get(Integer.toString(status)));
        }

        /** {@return the example of a body; null if the operation takes none} */
        @Nullable JsonNode exampleBody() {
            JsonNode body = node.get("requestBody");
            return body == null ? null : body.at("/content/application~1json/example");
        }

        /** {@return the path with the examples of its query} */
        String pathWithQuery() {
            JsonNode parameters = node.path("parameters");
            return parameters
                    .valueStream()
                    .filter(each -> each.path("in").asString("").equals("query"))
                    .filter(each -> each.path("required").asBoolean(false))
                    .map(
                            each ->
                                    each.get("name").stringValue()
                                            + "="
                                            + each.get("example").asString())
                    .reduce((one, other) -> one + "&" + other)
                    .map(query -> path + "?" + query)
                    .orElse(path);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    Stream<Operation> operations() {
        return root.get("paths").properties().stream()
                .flatMap(
                        path ->
                                path.getValue().properties().stream()
                                        .filter(each -> METHODS.contains(each.getKey()))
                                        .map(
                                                each ->
                                                        new Operation(
                                                                each.getKey(),
                                                                path.getKey(),
                                                                each.getValue())));
    }

    /** Follows {@code $ref}. */
    JsonNode resolved(JsonNode node) {
        JsonNode ref = node.get("$ref");
        if (ref == null) return node;
        JsonNode target = root.at(ref.stringValue().substring(1));
        if (target.isMissingNode()) throw new AssertionError("leads nowhere: " + ref);
        return resolved(target);
    }

    /** {@return all values of {@code $ref}} */
    Stream<String> references() {
        return root.findValues("$ref").stream().map(JsonNode::stringValue);
    }

    /** {@return what is wrong with a value, by a schema of the description} */
    List<String> errors(JsonNode schema, JsonNode value) {
        var alone = (ObjectNode) schema.deepCopy();
        alone.set("components", root.get("components"));
        return schemas
                .getSchema(alone)
                .validate(
                        value,
                        context ->
                                context.executionConfig(
                                        config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Error::toString)
                .toList();
    }

    /** {@return the schema of a content; empty if there is none} */
    Optional<JsonNode> schema(JsonNode content, String type) {
        return Optional.ofNullable(content.path("content").get(type))
                .map(each -> Objects.requireNonNull(each.get("schema")));
    }
}
