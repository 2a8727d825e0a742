/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The bodies that are posted. */
final class Payloads {
    private Payloads() {}

    /** {@return the JSON files of a folder, or generated bodies if no folder is given} */
    static List<String> of(String folder) {
        if (folder == null) return own();
        try (var files = Files.list(Path.of(folder))) {
            List<Path> bodies =
                    files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
            if (bodies.isEmpty()) throw new AssertionError("no *.json in " + folder);
            var texts = new ArrayList<String>();
            for (Path body : bodies) texts.add(Files.readString(body));
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bodies from a few bytes to thirty thousand, like those of real webhooks. */
    private static List<String> own() {
        var texts = new ArrayList<String>();
        for (int size = 16; size <= 32_768; size *= 2) {
            texts.add(
                    "{ \"action\": \"größer\",\n  \"size\": %d,\n  \"text\": \"%s\" }"
                            .formatted(size, "x".repeat(size)));
        }
        return texts;
    }
}
