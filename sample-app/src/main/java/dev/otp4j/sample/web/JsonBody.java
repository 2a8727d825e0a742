/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a request's body: a JSON object in UTF-8 of limited size. */
@Component
class JsonBody {
    static final int MAX_BYTES = 256 * 1024;

    private static final int STEP = 16 * 1024;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final JsonMapper json;
    private final BodiesInFlight inFlight;

    JsonBody(JsonMapper json, BodiesInFlight inFlight) {
        this.json = json;
        this.inFlight = inFlight;
    }

    /**
     * Serves a request with its body, unchanged. Meanwhile they count as in flight.
     *
     * @throws ProblemException if the body is not a JSON object in UTF-8, or is too large, or if
     *     the bodies in flight have reached their limit
     */
    <R> R serve(HttpServletRequest request, Function<Checked, R> work) {
        try (var share = inFlight.open()) {
            return work.apply(checked(request, share));
        }
    }

    /**
     * A body.
     *
     * @param type its top-level member {@code type}, or null if there is none that is a text
     */
    @SuppressWarnings("ArrayRecordComponent") // is not compared
    record Checked(byte[] bytes, @Nullable String type) {}

    /** As {@link #serve}, with the body as a tree. */
    <R> R serveTree(HttpServletRequest request, Function<JsonNode, R> work) {
        return serve(request, body -> work.apply(json.readTree(body.bytes())));
    }

    /** {@return a text of an object; null if there is none} */
    static @Nullable String text(JsonNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) return null;
        if (!value.isString()) throw ProblemException.badRequest("'" + field + "' must be text");
        return value.stringValue();
    }

    private Checked checked(HttpServletRequest request, BodiesInFlight.Share share) {
        checkEncodings(request);
        byte[] body = limited(request, share);
        return new Checked(body, checkObject(utf8(body)));
    }

    private static void checkEncodings(HttpServletRequest request) {
        String coding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            throw unsupported("the body must not have a Content-Encoding");
        }
        String charset = jsonType(request).getParameter("charset");
        if (charset != null
                && !charset.replace("\"", "").toLowerCase(Locale.ROOT).matches("utf-?8")) {
            throw unsupported("the body must be JSON in UTF-8");
        }
    }

    /** Not each mapping says what it consumes: a body may be optional. */
    private static MediaType jsonType(HttpServletRequest request) {
        String given = request.getContentType();
        try {
            MediaType type = given == null ? null : MediaType.parseMediaType(given);
            if (type != null && MediaType.APPLICATION_JSON.includes(type)) return type;
        } catch (InvalidMediaTypeException notReadable) {
            // not JSON
        }
        throw unsupported("the Content-Type must be application/json");
    }

    private static ProblemException unsupported(String detail) {
        return new ProblemException(HttpStatus.UNSUPPORTED_MEDIA_TYPE, detail);
    }

    private static byte[] limited(HttpServletRequest request, BodiesInFlight.Share share) {
        if (request.getContentLengthLong() > MAX_BYTES) throw tooLarge();
        try {
            return read(request.getInputStream(), share);
        } catch (IOException e) {
            throw ProblemException.badRequest("the body could not be read to its end");
        }
    }

    /** A chunked body has no length, so the limit is checked here, too. */
    private static byte[] read(InputStream in, BodiesInFlight.Share share) throws IOException {
        byte[] body = new byte[0];
        while (true) {
            byte[] piece = in.readNBytes(STEP);
            if (body.length + piece.length > MAX_BYTES) throw tooLarge();
            share.add(piece.length);
            int end = body.length;
            body = Arrays.copyOf(body, end + piece.length);
            System.arraycopy(piece, 0, body, end, piece.length);
            if (piece.length < STEP) return body;
        }
    }

    private static ProblemException tooLarge() {
        return new ProblemException(
                HttpStatus.CONTENT_TOO_LARGE, "the body may have at most " + MAX_BYTES + " bytes");
    }

    private static String utf8(byte[] body) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            if (text.indexOf('\0') >= 0) throw notUtf8(); // as in UTF-16 and UTF-32
            if (text.isEmpty() || text.charAt(0) != BYTE_ORDER_MARK) return text;
            throw ProblemException.badRequest("the body must not begin with a byte order mark");
        } catch (CharacterCodingException e) {
            throw notUtf8();
        }
    }

    private static ProblemException notUtf8() {
        return ProblemException.badRequest("the body must be JSON in UTF-8");
    }

    /**
     * Checks each token once, without building a tree. The parser gets characters: from bytes it
     * would guess an encoding, and accept UTF-16 and UTF-32.
     *
     * @return the object's type, or null
     */
    private @Nullable String checkObject(String body) {
        try (JsonParser parser = json.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ProblemException.badRequest("the body must be a JSON object in UTF-8");
            }
            String type = type(parser);
            if (parser.nextToken() != null) {
                throw ProblemException.badRequest("the body must be one JSON object");
            }
            return type;
        } catch (StreamConstraintsException e) {
            throw ProblemException.badRequest(
                    "the body is nested too deeply, or has a number or a name that is too long");
        } catch (JacksonException e) {
            throw ProblemException.badRequest("the body is not valid JSON" + place(e));
        }
    }

    /**
     * Reads an object to its end. If it has several members with this name, the last one counts.
     */
    private static @Nullable String type(JsonParser parser) {
        String type = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean named = parser.currentName().equals("type");
            JsonToken value = parser.nextToken();
            if (named) type = value == JsonToken.VALUE_STRING ? parser.getString() : null;
            parser.skipChildren();
        }
        return type;
    }

    /** Where the parser stopped. Its own text names classes and settings of a library. */
    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        if (at == null || at.getLineNr() < 1) return "";
        return ", see line " + at.getLineNr() + ", column " + at.getColumnNr();
    }
}
