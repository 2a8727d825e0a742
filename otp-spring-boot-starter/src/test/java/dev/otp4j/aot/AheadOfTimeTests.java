/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.aot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;

import dev.otp4j.spring.autoconfigure.OtpAutoConfiguration;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/** Processes an application ahead of time, compiles the generated code and runs it. */
@Timeout(60) // compiles, and loads Spring a second time
class AheadOfTimeTests {
    private static final ClassName APPLICATION = ClassName.get("dev.otp4j.aot", "Office");

    private static final InMemoryGeneratedFiles FILES = new InMemoryGeneratedFiles();
    private static final DefaultGenerationContext GENERATION =
            new DefaultGenerationContext(new ClassNameGenerator(APPLICATION), FILES);
    private static String initializer;

    @TempDir Path folder;

    /** Once: Spring writes the proxies of configuration classes once for each JVM. */
    @BeforeAll
    static void process() {
        try (var context = new AnnotationConfigApplicationContext()) {
            context.setClassLoader(new WithoutJms(AheadOfTimeTests.class.getClassLoader()));
            context.register(
                    Office.class,
                    ConfigurationPropertiesAutoConfiguration.class,
                    OtpAutoConfiguration.class);
            initializer =
                    new ApplicationContextAotGenerator()
                            .processAheadOfTime(context, GENERATION)
                            .canonicalName();
            GENERATION.writeGeneratedContent();
        }
    }

    @Test
    void actorsAndFactoriesOfTypesThatAreNotPublicAreReached() throws Exception {
        compile();

        assertThat(run())
                .containsExactly(
                        "clerk",
                        "orders",
                        "red",
                        "blue",
                        "late",
                        "open",
                        "porter",
                        "/blue",
                        "/floor",
                        "/incoming",
                        "/late",
                        "/red",
                        "/safe");
    }

    @Test
    void classesThatAreFoundByNameAreHinted() throws Exception {
        assertThat(reflection().onType(Office.Clerk.class)).accepts(GENERATION.getRuntimeHints());
        assertThat(reflection().onMethodInvocation(Office.class.getDeclaredMethod("porters")))
                .accepts(GENERATION.getRuntimeHints());
    }

    /** Hides Spring's processors for JMS, which is on the class path without its API. */
    private static final class WithoutJms extends ClassLoader {
        WithoutJms(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            List<URL> all = Collections.list(super.getResources(name));
            all.removeIf(url -> url.getPath().contains("spring-jms"));
            return Collections.enumeration(all);
        }
    }

    private void compile() throws IOException {
        var arguments = new ArrayList<>(List.of("-proc:none", "-d", folder.toString()));
        String libraries = System.getProperty("java.class.path");
        arguments.addAll(List.of("-classpath", folder + File.pathSeparator + libraries));
        for (Map.Entry<String, ?> file : FILES.getGeneratedFiles(Kind.SOURCE).entrySet()) {
            Path source = folder.resolve("sources").resolve(file.getKey());
            Files.createDirectories(source.getParent());
            Files.writeString(source, FILES.getGeneratedFileContent(Kind.SOURCE, file.getKey()));
            arguments.add(source.toString());
        }
        for (String proxy : FILES.getGeneratedFiles(Kind.CLASS).keySet()) {
            Path target = folder.resolve(proxy);
            Files.createDirectories(target.getParent());
            try (InputStream content = FILES.getGeneratedFile(Kind.CLASS, proxy).getInputStream()) {
                Files.copy(content, target);
            }
        }
        int result =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result).as("javac's exit code").isZero();
    }

    /**
     * In a class loader of its own for all classes, because generated classes must have the loader
     * of the package that they are in.
     */
    @SuppressWarnings("unchecked")
    private List<String> run() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (var loader = new URLClassLoader(urls(), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            Object generated = create(loader, initializer);
            var program =
                    (Function<Object, List<String>>) create(loader, Office.Program.class.getName());
            return program.apply(generated);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private URL[] urls() throws MalformedURLException {
        var urls = new ArrayList<URL>();
        urls.add(folder.toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    private static Object create(ClassLoader loader, String type) throws Exception {
        var constructor = loader.loadClass(type).getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }
}
