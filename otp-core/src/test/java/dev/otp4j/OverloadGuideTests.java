/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import java.io.InputStream;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs the examples of {@code docs/overload-and-recovery.md}, unchanged, each in what
 * {@code guide/OverloadExamples.txt} puts around it.
 */
@Timeout(60) // compiles
class OverloadGuideTests {
    private static final Path GUIDE = Path.of("..", "docs", "overload-and-recovery.md");
    private static final Pattern BLOCK =
            Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern PLACE = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);

    @TempDir private Path classes;

    @Test
    void theExamplesRun() throws Exception {
        compile(withExamples(surroundings()));
        try (var loader =
                new URLClassLoader(
                        new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?>[] all = loader.loadClass("guide.OverloadExamples").getDeclaredClasses();
            List<Class<?>> examples =
                    Arrays.stream(all).filter(c -> Modifier.isPublic(c.getModifiers())).toList();
            assertThat(examples).hasSize(12);
            for (Class<?> example : examples) run(example);
        }
    }

    private static String surroundings() throws Exception {
        try (InputStream in =
                OverloadGuideTests.class.getResourceAsStream("/guide/OverloadExamples.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Puts each example in its place. Fails if one has no place, or a place has none. */
    private static String withExamples(String around) throws Exception {
        var left = new ArrayList<>(blocks());
        String source = PLACE.matcher(around).replaceAll(place -> quoted(taken(left, place)));
        assertThat(left).as("examples that are not run").isEmpty();
        return source;
    }

    private static List<String> blocks() throws Exception {
        return BLOCK.matcher(Files.readString(GUIDE)).results().map(b -> b.group(1)).toList();
    }

    private static String taken(List<String> left, MatchResult place) {
        String part = place.group(1);
        List<String> found = left.stream().filter(block -> block.contains(part)).toList();
        assertThat(found).as("the example with " + part).hasSize(1);
        left.removeAll(found);
        return found.getFirst();
    }

    private static String quoted(String block) {
        return java.util.regex.Matcher.quoteReplacement(block);
    }

    private void compile(String text) {
        var source =
                new SimpleJavaFileObject(
                        URI.create("string:///guide/OverloadExamples.java"),
                        JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreErrors) {
                        return text;
                    }
                };
        var messages = new StringWriter();
        String path = System.getProperty("java.class.path");
        var options = List.of("-d", classes.toString(), "-proc:none", "-cp", path);
        boolean compiled =
                ToolProvider.getSystemJavaCompiler()
                        .getTask(messages, null, null, options, null, List.of(source))
                        .call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }

    /** Runs an example as a process of a runtime of its own. */
    private static void run(Class<?> example) throws Exception {
        var made = example.getDeclaredConstructor().newInstance();
        var run = example.getMethod("run");
        run.setAccessible(true);
        try (var runtime = ProcessRuntime.builder().name(example.getSimpleName()).build()) {
            Processes.run(
                    runtime,
                    () -> {
                        try {
                            return run.invoke(made);
                        } catch (ReflectiveOperationException failed) {
                            throw new AssertionError(
                                    "the example " + example.getSimpleName(), failed);
                        }
                    });
        }
    }
}
