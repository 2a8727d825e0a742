/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends bytes to an HTTP server, valid or not, and reads what it answers. */
public final class RawHttp {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int PATIENCE = 20_000;

    private RawHttp() {}

    /** An answer. */
    public record Answer(int status, Map<String, String> headers, String body) {
        /** {@return a header, or an empty text} */
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        /** {@return whether this is a problem detail with the status of the answer} */
        public boolean isProblem() {
            if (!header("content-type").startsWith("application/problem+json")) return false;
            JsonNode json = JSON.readTree(body);
            return json.isObject() && json.path("status").asInt(0) == status;
        }
    }

    /** Sends a text in ISO 8859-1. */
    public static List<Answer> send(int port, String request) throws IOException {
        return send(port, request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes, then ends the sending side. {@return the answers until the server closes} */
    public static List<Answer> send(int port, byte[] request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE);
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
            } catch (SocketException e) {
                // the server has refused the request before it has read all of it
            }
            return answers(received(socket.getInputStream()), request);
        }
    }

    private static byte[] received(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var piece = new byte[8192];
        try {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) bytes.write(piece, 0, n);
        } catch (SocketException e) {
            // reset, because the server has not read all
        }
        return bytes.toByteArray();
    }

    /** HTTP 0.9 has no head: the answer is the body. */
    private static Answer ofOldVersion(byte[] bytes) {
        String body = text(bytes);
        int status = JSON.readTree(body).path("status").asInt(200);
        return new Answer(status, Map.of("content-type", "application/problem+json"), body);
    }

    private static List<Answer> answers(byte[] bytes, byte[] request) throws IOException {
        var in = new ByteArrayInputStream(bytes);
        if (bytes.length > 0 && bytes[0] != 'H') return List.of(ofOldVersion(bytes));
        var answers = new ArrayList<Answer>();
        boolean head =
                new String(request, 0, Math.min(5, request.length), StandardCharsets.ISO_8859_1)
                        .equals("HEAD ");
        while (in.available() > 0) {
            String[] lines = head(in).split("\r\n");
            int status = Integer.parseInt(lines[0].split(" ")[1]);
            var headers = new TreeMap<String, String>();
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
            if (status == 100) continue;
            String body = head || status == 204 || status == 304 ? "" : body(in, headers);
            answers.add(new Answer(status, headers, body));
            if (head) break; // what follows cannot be told from a body
        }
        return answers;
    }

    private static String head(InputStream in) {
        var head = new StringBuilder();
        try {
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) throw new AssertionError("no complete head: " + head);
                head.append((char) next);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return head.toString();
    }

    private static String body(InputStream in, Map<String, String> headers) throws IOException {
        String length = headers.get("content-length");
        if (length != null) return text(in.readNBytes(Integer.parseInt(length)));
        if (!headers.containsKey("transfer-encoding")) return text(in.readAllBytes());
        var body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in).strip(), 16);
            body.write(in.readNBytes(size));
            line(in);
            if (size == 0) return text(body.toByteArray());
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
