/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.guide;

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
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** The files that a reader of a page has written so far, all in one package. */
final class Project {
    private static final Pattern TYPE =
            Pattern.compile("^(?:public )?(?:class|interface|record) (\\w+)", Pattern.MULTILINE);
    private static final Pattern HUNK =
            Pattern.compile("((?:^-.*\n)+)((?:^\\+.*\n)+)", Pattern.MULTILINE);

    private final Path folder;
    private final String packageName;
    private final SequencedMap<String, String> sources = new TreeMap<>();
    private String configuration = "";
    private int compilations;

    Project(Path folder, String packageName) {
        this.folder = folder;
        this.packageName = packageName;
    }

    /** Adds a Java file, or replaces the one of the same class. */
    void put(String source) {
        Matcher type = TYPE.matcher(source);
        assertThat(type.find()).as("a class in: %s", source).isTrue();
        sources.put(type.group(1), source);
    }

    void configure(String yaml) {
        configuration = yaml;
    }

    /** Replaces lines with {@code -} by those with {@code +}; they must occur once in all files. */
    void patch(String diff) {
        Matcher hunk = HUNK.matcher(diff);
        assertThat(hunk.find()).as("a change in: %s", diff).isTrue();
        do patch(unmarked(hunk.group(1)), unmarked(hunk.group(2)));
        while (hunk.find());
    }

    private void patch(String before, String after) {
        List<String> files =
                sources.keySet().stream()
                        .filter(name -> sources.get(name).contains(before))
                        .toList();
        assertThat(files).as("files with: %s", before).hasSize(1);
        sources.computeIfPresent(files.getFirst(), (name, text) -> text.replace(before, after));
    }

    private static String unmarked(String lines) {
        return lines.lines().map(line -> line.substring(1) + "\n").reduce("", String::concat);
    }

    /** {@return a loader of all files as they are now, compiled} */
    ClassLoader compile() throws IOException {
        Path target = Files.createDirectories(folder.resolve("target" + ++compilations));
        Files.writeString(target.resolve("application.yaml"), configuration);
        var files = new ArrayList<Path>();
        for (var source : sources.entrySet()) {
            files.add(
                    Files.writeString(
                            target.resolve(source.getKey() + ".java"), source.getValue()));
        }
        compile(files, target);
        return new URLClassLoader(new URL[] {target.toUri().toURL()}, getClass().getClassLoader());
    }

    private static void compile(List<Path> files, Path target) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var errors = new StringWriter();
        String classPath = System.getProperty("java.class.path");
        var options =
                List.of("-proc:none", "-parameters", "-d", target.toString(), "-cp", classPath);
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            var units = manager.getJavaFileObjectsFromPaths(files);
            boolean compiled = compiler.getTask(errors, manager, null, options, null, units).call();
            assertThat(compiled).as(errors.toString()).isTrue();
        }
    }

    Class<?> load(ClassLoader loader, String name) throws ClassNotFoundException {
        return loader.loadClass(packageName + "." + name);
    }

    /** Runs all test classes; each method with {@code @Test} must succeed. */
    void test(ClassLoader loader) throws Exception {
        List<String> names =
                sources.keySet().stream().filter(name -> name.endsWith("Tests")).toList();
        if (names.isEmpty()) return;
        var request = LauncherDiscoveryRequestBuilder.request();
        for (String name : names) request.selectors(selectClass(load(loader, name)));
        var listener = new SummaryGeneratingListener();
        within(loader, () -> LauncherFactory.create().execute(request.build(), listener));
        TestExecutionSummary summary = listener.getSummary();
        assertThat(summary.getFailures()).extracting(Failure::getException).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(methods(names));
    }

    private long methods(List<String> names) {
        return names.stream()
                .flatMap(name -> sources.get(name).lines())
                .filter(line -> line.strip().equals("@Test"))
                .count();
    }

    static void within(ClassLoader loader, Runnable code) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(loader);
        try {
            code.run();
        } finally {
            current.setContextClassLoader(before);
        }
    }
}
