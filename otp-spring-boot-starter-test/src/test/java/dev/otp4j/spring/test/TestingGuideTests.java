/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the examples of {@code docs/testing.md}, unchanged. */
class TestingGuideTests {
    private static final Path GUIDE = Path.of("..", "docs", "testing.md");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("^class (\\w+)", Pattern.MULTILINE);
    private static final String IMPORTS =
            """
            import static dev.otp4j.test.OtpAssertions.assertThat;
            import static org.mockito.BDDMockito.then;
            import dev.otp4j.actor.*;
            import dev.otp4j.application.*;
            import dev.otp4j.process.*;
            import dev.otp4j.spring.*;
            import dev.otp4j.spring.test.*;
            import dev.otp4j.test.*;
            import java.time.Duration;
            import org.junit.jupiter.api.Test;
            import org.springframework.beans.factory.annotation.Autowired;
            import org.springframework.boot.test.context.TestConfiguration;
            import org.springframework.context.annotation.Bean;
            import org.springframework.test.context.bean.override.mockito.MockitoBean;
            """;

    @Test
    void theExamplesCompile(@TempDir Path folder) throws Exception {
        var sources = new ArrayList<Path>();
        Matcher block = BLOCK.matcher(Files.readString(GUIDE));
        while (block.find()) {
            Matcher name = NAME.matcher(block.group(1));
            assertThat(name.find()).isTrue();
            Path source = folder.resolve(name.group(1) + ".java");
            sources.add(Files.writeString(source, IMPORTS + block.group(1)));
        }
        assertThat(sources).hasSizeGreaterThanOrEqualTo(4);

        var compiler = ToolProvider.getSystemJavaCompiler();
        var errors = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options =
                    List.of(
                            "-proc:none",
                            "-d",
                            folder.toString(),
                            "-cp",
                            System.getProperty("java.class.path"));
            boolean compiled =
                    compiler.getTask(
                                    errors,
                                    files,
                                    null,
                                    options,
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources))
                            .call();
            assertThat(compiled).as(errors.toString()).isTrue();
        }
    }
}
