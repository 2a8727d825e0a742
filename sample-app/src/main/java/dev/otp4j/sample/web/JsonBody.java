/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a request's body: a JSON object of limited size. */
@Component
class JsonBody {
    static final int MAX_BYTES = 256 * 1024;

    private final JsonMapper json;

    JsonBody(JsonMapper json) {
        this.json = json;
    }

    /**
     * The bytes of the body, unchanged.
     *
     * @throws ProblemException if the body is not a JSON object, or is too large
     */
    byte[] object(HttpServletRequest request) throws IOException {
        byte[] body = limited(request);
        checkUtf8(body);
        checkObject(body);
        return body;
    }

    /** The body as a tree. */
    JsonNode tree(HttpServletRequest request) throws IOException {
        return json.readTree(object(request));
    }

    private static byte[] limited(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > MAX_BYTES) throw tooLarge();
        byte[] body =
                request.getInputStream().readNBytes(MAX_BYTES + 1); // a chunked body has no length
        if (body.length > MAX_BYTES) throw tooLarge();
        return body;
    }

    private static ProblemException tooLarge() {
        return new ProblemException(
                HttpStatus.CONTENT_TOO_LARGE, "the body may have at most " + MAX_BYTES + " bytes");
    }

    private static void checkUtf8(byte[] body) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw ProblemException.badRequest("the body must be JSON in UTF-8");
        }
    }

    /** Checks each token once, without building a tree. */
    private void checkObject(byte[] body) {
        try (JsonParser parser = json.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ProblemException.badRequest("the body must be a JSON object");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw ProblemException.badRequest("the body must be one JSON object");
            }
        } catch (JacksonException e) {
            throw ProblemException.badRequest(
                    "the body is not valid JSON: " + e.getOriginalMessage());
        }
    }
}
