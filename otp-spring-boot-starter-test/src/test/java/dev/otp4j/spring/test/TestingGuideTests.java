/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** Compiles and runs the examples of {@code docs/testing.md}, unchanged. */
@Timeout(60) // compiles and starts applications
class TestingGuideTests {
    private static final Path GUIDE = Path.of("..", "docs", "testing.md");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("^class (\\w+)", Pattern.MULTILINE);
    private static final String APPLICATION =
            """
            package guide;

            @org.springframework.boot.autoconfigure.SpringBootApplication
            class GuideApplication {}
            """;
    private static final String IMPORTS =
            """
            package guide;

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

    @TempDir Path folder;

    @Test
    void theExamplesPass() throws Exception {
        var names = new ArrayList<String>();
        var sources = new ArrayList<Path>();
        sources.add(write("GuideApplication", APPLICATION));
        Matcher block = BLOCK.matcher(Files.readString(GUIDE));
        while (block.find()) {
            Matcher name = NAME.matcher(block.group(1));
            assertThat(name.find()).isTrue();
            names.add(name.group(1));
            sources.add(write(name.group(1), IMPORTS + block.group(1)));
        }
        compile(sources);

        TestExecutionSummary summary = run(names);

        assertThat(summary.getFailures()).extracting(Failure::getException).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(4);
    }

    private Path write(String name, String source) throws IOException {
        return Files.writeString(folder.resolve(name + ".java"), source);
    }

    private void compile(List<Path> sources) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var errors = new StringWriter();
        var options =
                List.of(
                        "-proc:none",
                        "-parameters",
                        "-d",
                        folder.toString(),
                        "-cp",
                        System.getProperty("java.class.path"));
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var units = files.getJavaFileObjectsFromPaths(sources);
            boolean compiled = compiler.getTask(errors, files, null, options, null, units).call();
            assertThat(compiled).as(errors.toString()).isTrue();
        }
    }

    private TestExecutionSummary run(List<String> names) throws Exception {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        var listener = new SummaryGeneratingListener();
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            current.setContextClassLoader(loader);
            var request = LauncherDiscoveryRequestBuilder.request();
            for (String name : names)
                request.selectors(selectClass(loader.loadClass("guide." + name)));
            LauncherFactory.create().execute(request.build(), listener);
        } finally {
            current.setContextClassLoader(before);
        }
        return listener.getSummary();
    }
}
