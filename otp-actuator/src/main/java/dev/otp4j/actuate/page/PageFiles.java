/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.util.MimeType;

/** The files of the page, which stand beside this class. */
final class PageFiles {
    /** No dots but the one before the ending, so that no name leads out of the folder. */
    private static final Pattern NAME = Pattern.compile("(?:[a-z]+/)?[a-z]+\\.(js|css|svg)");

    private static final Map<String, MimeType> TYPES =
            Map.of(
                    "js", MimeType.valueOf("text/javascript;charset=UTF-8"),
                    "css", MimeType.valueOf("text/css;charset=UTF-8"),
                    "svg", MimeType.valueOf("image/svg+xml"));

    /** A file with the type of its content. */
    record File(Resource content, MimeType type) {}

    Optional<File> find(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) return Optional.empty();
        var content = new ClassPathResource(name, PageFiles.class);
        MimeType type = TYPES.get(matcher.group(1));
        return type == null || !content.exists()
                ? Optional.empty()
                : Optional.of(new File(content, type));
    }

    /** The page, with {@code {{files}}}, {@code {{otp}}} and {@code {{others}}} to be replaced. */
    String page() {
        try (InputStream in =
                new ClassPathResource("index.html", PageFiles.class).getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
