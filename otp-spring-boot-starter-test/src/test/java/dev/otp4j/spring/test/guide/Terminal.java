/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.guide;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the commands of a block against an application and compares the answers. */
record Terminal(int port) {
    private static final Pattern COMMAND =
            Pattern.compile("^\\$ (.*)\n((?:(?!\\$ ).*\n)*)", Pattern.MULTILINE);
    private static final Pattern CURL =
            Pattern.compile("curl -s (-X POST )?'?localhost:8080(/[^']*)'?");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    void run(String block) throws Exception {
        Matcher command = COMMAND.matcher(block);
        while (command.find()) run(command.group(1), command.group(2).stripTrailing());
    }

    /** Reading changes nothing, so it is repeated until the application has come that far. */
    private void run(String command, String expected) throws Exception {
        Matcher curl = CURL.matcher(command);
        assertThat(curl.matches()).as("a curl that this test knows: %s", command).isTrue();
        if (curl.group(1) != null) {
            assertThat(answer("POST", curl.group(2))).as(command).matches(pattern(expected));
        } else {
            await().atMost(LIMIT)
                    .untilAsserted(
                            () ->
                                    assertThat(answer("GET", curl.group(2)))
                                            .as(command)
                                            .matches(pattern(expected)));
        }
    }

    private String answer(String method, String path) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .method(method, BodyPublishers.noBody())
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).body().stripTrailing();
        }
    }

    /** {@return a pattern for a text in which an ellipsis stands for what differs each time} */
    static Pattern pattern(String text) {
        Stream<String> parts = List.of(text.split("…", -1)).stream();
        return Pattern.compile(parts.map(Pattern::quote).collect(joining(".*")));
    }
}
