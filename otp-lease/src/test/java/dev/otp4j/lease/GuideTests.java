/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/two-instances.md} that need no Spring are compiled. */
class GuideTests {
    private static final Path GUIDE = Path.of("..", "docs", "two-instances.md");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final String AROUND =
            """
            import dev.otp4j.actor.*;
            import dev.otp4j.application.*;
            import dev.otp4j.lease.*;
            import dev.otp4j.process.*;
            import dev.otp4j.supervisor.*;
            import java.sql.DriverManager;

            class Example {
                interface Message {}

                interface Jdbc {
                    int update(String sql, Object... arguments);
                }

                static class Invoicer {
                    static Started<Subject<Message>> start(Tenure tenure, Name<Message> name) {
                        return Actor.startingWith(() -> 0)
                                .onMessage((Integer state, Message message) -> Next.continueWith(state))
                                .named(name)
                                .start();
                    }
                }

                Tenure tenure;

                void example(
                        String url, String user, String password, Jdbc jdbc, long balance, long id) {
                    %s
                }
            }
            """;

    @TempDir private Path classes;

    private static List<String> examples() throws Exception {
        Matcher found = JAVA.matcher(Files.readString(GUIDE));
        return found.results()
                .map(example -> example.group(1))
                .filter(example -> !example.contains("@SupervisedActor"))
                .toList();
    }

    @Test
    void theExamplesCompile() throws Exception {
        assertThat(examples()).hasSize(2).allSatisfy(this::compiles);
    }

    private void compiles(String example) {
        var source =
                new SimpleJavaFileObject(
                        URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreErrors) {
                        return AROUND.formatted(example);
                    }
                };
        var messages = new StringWriter();
        var options =
                List.of(
                        "-d",
                        classes.toString(),
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"));
        boolean compiled =
                ToolProvider.getSystemJavaCompiler()
                        .getTask(messages, null, null, options, null, List.of(source))
                        .call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }
}
