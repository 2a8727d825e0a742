/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.otp4j.spring.test.guide.Page.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Follows {@code docs/tutorial.md} step by step as a reader does: writes its files, runs its tests,
 * starts the application, and compares the answers and the lines of the log with the page.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(300) // compiles, tests and starts an application for each step
class TutorialTests {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Set<String> FILES = Set.of("java", "diff", "yaml");
    private static final Pattern OWN_MODULE =
            Pattern.compile("<groupId>dev.otp4j</groupId>\\s*<artifactId>(.*?)</artifactId>");
    private static final Pattern RUN =
            Pattern.compile(
                    "\\$ mvn spring-boot:run -Dspring-boot.run.arguments=(\\S+)\n…\n(.*)",
                    Pattern.DOTALL);
    private static final String FIRST_ACTOR = "2. A first actor, and its test";

    @TempDir Path folder;
    private @Nullable ConfigurableApplicationContext application;
    private int logged; // how much there was when the application started

    @AfterEach
    void stop() {
        if (application != null) application.close();
        application = null;
    }

    @TestFactory
    Stream<DynamicTest> eachStepDoesWhatThePageSays(CapturedOutput output) throws IOException {
        var project = new Project(folder, "com.example.shop");
        return Page.read("tutorial.md").sections().stream()
                .map(step -> dynamicTest(step.title(), () -> follow(step, project, output)));
    }

    private void follow(Section step, Project project, CapturedOutput output) throws Exception {
        step.blocks("java").forEach(project::put);
        step.blocks("diff").forEach(project::patch);
        step.blocks("yaml").forEach(project::configure);
        if (step.blocks().stream().anyMatch(block -> FILES.contains(block.language()))) {
            stop();
            ClassLoader loader = project.compile();
            project.test(loader);
            logged = output.getOut().length();
            if (!step.blocks("console").isEmpty()) start(project, loader);
        }
        for (String block : step.blocks("console")) {
            Matcher run = RUN.matcher(block);
            if (run.matches()) refuses(project, run.group(1), run.group(2).strip(), output);
            else new Terminal(port()).run(block);
        }
        for (String block : step.blocks("log")) {
            block.lines().forEach(line -> awaitLine(line, output));
        }
    }

    private void start(Project project, ClassLoader loader) throws Exception {
        Class<?> main = project.load(loader, "ShopApplication");
        Project.within(loader, () -> application = SpringApplication.run(main, "--server.port=0"));
    }

    /** Starts the application once more; it fails with that text. */
    private void refuses(Project project, String argument, String text, CapturedOutput output)
            throws Exception {
        ClassLoader loader = project.compile();
        Class<?> main = project.load(loader, "ShopApplication");
        Project.within(
                loader,
                () ->
                        assertThatThrownBy(
                                        () ->
                                                SpringApplication.run(
                                                        main, "--server.port=0", argument))
                                .isInstanceOf(RuntimeException.class));
        awaitLine(text, output);
    }

    private int port() {
        assertThat(application).isInstanceOf(WebServerApplicationContext.class);
        return ((WebServerApplicationContext) application).getWebServer().getPort();
    }

    private void awaitLine(String line, CapturedOutput output) {
        Pattern expected = Terminal.pattern(line);
        await().atMost(LIMIT)
                .untilAsserted(
                        () ->
                                assertThat(output.getOut().substring(logged))
                                        .containsPattern(expected));
    }

    @Test
    void theFirstActorWithItsTestAndItsYamlHasAtMostFortyLines() throws IOException {
        Section step =
                Page.read("tutorial.md").sections().stream()
                        .filter(section -> section.title().equals(FIRST_ACTOR))
                        .findFirst()
                        .orElseThrow();

        assertThat(step.blocks())
                .extracting(Page.Block::language)
                .containsExactly("java", "java", "yaml");
        assertThat(step.blocks().stream().flatMap(block -> block.text().lines()))
                .hasSizeLessThanOrEqualTo(40);
    }

    @Test
    void theBuildFileNamesModulesThatExistAndTheBootThatIsTested() throws IOException {
        String pom = Page.read("tutorial.md").sections().getFirst().blocks("xml").getFirst();

        assertThat(pom).contains("<version>" + SpringBootVersion.getVersion() + "</version>");
        assertThat(OWN_MODULE.matcher(pom).results().map(module -> module.group(1)))
                .hasSize(3)
                .allSatisfy(module -> assertThat(Path.of("..", module, "pom.xml")).exists());
    }
}
