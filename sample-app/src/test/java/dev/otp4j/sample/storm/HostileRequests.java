/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes requests that a relay should refuse, or at least bear. The same number makes the same. */
final class HostileRequests {
    private static final String[] METHODS = {
        "GET",
        "POST",
        "POST",
        "POST",
        "PATCH",
        "DELETE",
        "PUT",
        "HEAD",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "FOO",
        "post",
        "G\u0000T",
        "",
        "PROPFIND",
        "PRI",
        "GET /"
    };
    private static final String[] PATHS = {
        "/events",
        "/events",
        "/events/",
        "/events/evt_1",
        "/events/?",
        "/subscriptions",
        "/subscriptions",
        "/subscriptions/",
        "/subscriptions/sub_1",
        "/chaos/kill?path=/ledgerr",
        "/chaos/kill?path=",
        "/chaos/kill",
        "/chaos/kill?path=%",
        "/error",
        "/",
        "*",
        "",
        "/events/..;/subscriptions",
        "/actuator",
        "/actuator/health",
        "/actuator/otp?view=",
        "/actuator/otp?depth=-1",
        "/actuator/otp?limit=x",
        "/actuator/otp/%2e%2e",
        "/actuator/metrics/none",
        "/actuator/nothing",
        "/actuator/otpui",
        "http://other/events",
        "http://[/",
        "//events",
        "/events#x",
        "/events%2f",
        "/events?a[]=b",
        "\\events"
    };
    private static final String[] VERSIONS = {
        "HTTP/1.1",
        "HTTP/1.1",
        "HTTP/1.1",
        "HTTP/1.1",
        "HTTP/1.1",
        "HTTP/1.1",
        "HTTP/1.0",
        "HTTP/0.9",
        "HTTP/2.0",
        "HTTP/9.9",
        "http/1.1",
        "",
        "HTTP",
        "HTTP/1.1 x",
        "SIP/2.0"
    };
    private static final String[] TYPES = {
        "application/json",
        "application/json",
        "application/json",
        "application/json",
        "application/json;charset=utf-16",
        "application/json; charset=\"",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "multipart/mixed;boundary=",
        "application/x-www-form-urlencoded",
        "x",
        "*/*",
        "application/*",
        ";",
        "application/json;;"
    };
    private static final String[] ACCEPTS = {
        "*/*",
        "application/json",
        "text/plain",
        "text/html",
        "application/xml",
        "x",
        "*",
        ";q=2",
        "application/json;q=0",
        "application/vnd.spring-boot.actuator.v3+json",
        "text/event-stream"
    };
    private static final String[] HOSTS = {
        "localhost",
        "localhost",
        "localhost",
        "localhost",
        "local host",
        "",
        "[::1",
        "a\u0001b",
        "xn--\u00e9",
        "localhost:99999",
        "-",
        "a/b",
        "other"
    };
    private static final String[] NAMES = {
        "Idempotency-Key",
        "Content-Encoding",
        "Expect",
        "Range",
        "If-Match",
        "Cookie",
        "Origin",
        "Access-Control-Request-Method",
        "Upgrade",
        "Connection",
        "X-Forwarded-For",
        "X-Http-Method-Override",
        "Accept-Language",
        "Accept-Encoding",
        "Authorization",
        "TE",
        "Trailer",
        "traceparent",
        "baggage",
        "X y",
        "",
        "X\u0000",
        "\u00e9"
    };
    private static final String[] VALUES = {
        "",
        "x",
        "gzip",
        "100-continue",
        "200-ok",
        "bytes=5-1,-",
        "\"",
        "a=b; $Path=\"",
        "null",
        "http://evil.invalid",
        "h2c",
        "upgrade",
        "close",
        "keep-alive",
        "DELETE",
        "de;q=x",
        "Basic !!",
        "00-zz-zz-01",
        "\u0000",
        "\u001b[31m",
        "\t",
        "%0d%0a",
        "\u00ff",
        "chunked"
    };
    private static final String[] TEXTS = {
        "",
        "x",
        "http://a.invalid/",
        "http://localhost:1/",
        "http://169.254.169.254/",
        "https://[::1]/",
        "ftp://a/",
        "whsec_AA==",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "\\u0000",
        "\\ud800",
        "\u0000",
        "\u00fc",
        "javascript:x",
        "http://a.invalid/\\r\\nX: y"
    };
    private static final String[] ATOMS = {
        "1",
        "-0",
        "1e999",
        "NaN",
        "-Infinity",
        "01",
        ".5",
        "null",
        "true",
        "tru",
        "[]",
        "{}",
        "[",
        "}",
        ",",
        "'a'",
        "//",
        "/**/",
        "\u00fe\u00ff",
        "\"",
        "\\",
        "0x1",
        "+1"
    };

    private final Random random;

    private HostileRequests(long seed) {
        this.random = new Random(seed);
    }

    static byte[] number(long seed, int number) {
        return new HostileRequests(seed * 1_000_003 + number).request();
    }

    private byte[] request() {
        if (chance(40)) return noise(random.nextInt(300));
        byte[] body = body();
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(latin(head(body.length)));
        bytes.writeBytes(chance(12) ? chunked(body) : body);
        byte[] all = bytes.toByteArray();
        return chance(15) ? java.util.Arrays.copyOf(all, random.nextInt(all.length + 1)) : all;
    }

    private String head(int length) {
        var lines = new ArrayList<String>();
        lines.add(method() + " " + path() + " " + (chance(20) ? one(VERSIONS) : "HTTP/1.1"));
        if (!chance(40)) lines.add("Host: " + (chance(20) ? one(HOSTS) : "localhost"));
        if (!chance(30)) lines.add("Content-Type: " + (chance(4) ? one(TYPES) : TYPES[0]));
        if (chance(6)) lines.add("Accept: " + one(ACCEPTS));
        if (!chance(15)) lines.add("Content-Length: " + length(length));
        if (chance(15)) lines.add("Transfer-Encoding: " + (chance(2) ? "chunked" : one(VALUES)));
        if (chance(3)) lines.add(one(NAMES) + ": " + one(VALUES));
        if (chance(50)) lines.add("X-Long: " + "x".repeat(random.nextInt(20_000)));
        if (chance(50)) for (int i = 0; i < 200; i++) lines.add("X-" + i + ": y");
        if (chance(30)) lines.add(new String(noise(40), StandardCharsets.ISO_8859_1));
        return String.join(chance(30) ? "\n" : "\r\n", lines) + "\r\n\r\n";
    }

    private String method() {
        return chance(3) ? one(METHODS) : "POST";
    }

    private String path() {
        return switch (random.nextInt(12)) {
            case 0 ->
                    !chance(3)
                            ? "/subscriptions"
                            : one(PATHS) + "/%" + Integer.toHexString(random.nextInt(256)) + "%zz";
            case 1 -> "/events/" + new String(noise(8), StandardCharsets.ISO_8859_1);
            case 2 ->
                    "/events"
                            + (chance(2) ? "" : "/")
                            + "%F0%9F%98%80%00".substring(0, random.nextInt(16));
            case 3 -> one(PATHS) + "?" + "a=%&".repeat(random.nextInt(50));
            case 5, 6, 7 -> "/events";
            case 4 -> chance(4) ? "/" + "a".repeat(random.nextInt(9_000)) : one(PATHS) + "/x/y";
            default -> one(PATHS);
        };
    }

    private String length(int right) {
        if (!chance(15)) return Integer.toString(right);
        return one(
                "-1",
                "0",
                "1",
                "x",
                "99999999999999999999",
                "+5",
                " 5 5",
                "0x10",
                "262145",
                Integer.toString(right + 10),
                right + "\r\nContent-Length: " + (right + 1));
    }

    private byte[] body() {
        return switch (random.nextInt(16)) {
            case 0 -> noise(random.nextInt(200));
            case 1 ->
                    ("{\"a\":" + "[".repeat(random.nextInt(2_000)))
                            .getBytes(StandardCharsets.UTF_8);
            case 2 -> object().getBytes(StandardCharsets.UTF_16);
            case 3 -> object().getBytes(StandardCharsets.UTF_32);
            case 4 -> latin(object());
            case 5 ->
                    chance(10)
                            ? latin("{\"a\":\"" + "x".repeat(262_000 + random.nextInt(300)) + "\"}")
                            : latin("--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--");
            case 6 ->
                    latin(
                            "{\""
                                    + one(TEXTS).repeat(100)
                                    + "\":"
                                    + "9".repeat(1 + random.nextInt(2_000))
                                    + "}");
            default -> object().getBytes(StandardCharsets.UTF_8);
        };
    }

    private String object() {
        List<String> fields = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            fields.add("\"" + one("url", "secret", "enabled", "a", "id") + "\":" + value());
        }
        return "{" + String.join(",", fields) + (chance(20) ? "" : "}");
    }

    private String value() {
        return !chance(3) ? "\"" + one(TEXTS) + "\"" : one(ATOMS);
    }

    private byte[] chunked(byte[] body) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(
                latin(
                        one(Integer.toHexString(body.length), "zz", "-1", "FFFFFFFFF", "0", "5;x=y")
                                + "\r\n"));
        bytes.writeBytes(body);
        bytes.writeBytes(latin(one("\r\n0\r\n\r\n", "\r\n0\r\nX: y\r\n\r\n", "0\r\n", "\r\n")));
        return bytes.toByteArray();
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private boolean chance(int of) {
        return random.nextInt(of) == 0;
    }

    private String one(String... texts) {
        return texts[random.nextInt(texts.length)];
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
