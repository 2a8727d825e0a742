/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.SystemListener;
import dev.otp4j.application.Termination;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ClassPathResource;

/**
 * Code of an actor finds resources, services and classes through the class loader of the
 * application context. In a packaged application that is not the JDK's own class loader.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ContextClassLoaderTests {
    private static final String RESOURCE = "only-in-the-application.txt";

    @TempDir Path folder;

    /** A service that is registered in the application only. */
    public interface Plugin {}

    /** The one that is registered. */
    public static final class FoundPlugin implements Plugin {}

    /** What code finds, by the place where it runs. */
    static final class Found {
        final Map<String, String> by = new ConcurrentHashMap<>();

        void look(String where) {
            by.put(where, here());
        }

        static String here() {
            return "resource %s, services %d, class %s"
                    .formatted(
                            new ClassPathResource(RESOURCE).exists(),
                            ServiceLoader.load(Plugin.class).stream().count(),
                            loaded());
        }

        private static boolean loaded() {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            try {
                return Class.forName(Generated.NAME, false, context) != null;
            } catch (ClassNotFoundException e) {
                return false;
            }
        }
    }

    /** A class that exists in the application only. */
    private static final class Generated {
        static final String NAME = "only.in.the.application.Generated";

        static byte[] bytes() {
            return java.lang.classfile.ClassFile.of()
                    .build(java.lang.constant.ClassDesc.of(NAME), builder -> {});
        }
    }

    @SupervisedActor("searcher")
    static final class Searcher implements Actor<Integer, Subject<Integer>> {
        private final Found found;

        Searcher(Found found) {
            this.found = found;
            found.look("constructor");
        }

        @Override
        public Integer init(Subject<Subject<Integer>> self) {
            found.look("init");
            return 0;
        }

        @Override
        public Next<Integer, Subject<Integer>> onMessage(Integer state, Subject<Integer> replyTo) {
            found.look("handler");
            replyTo.send(1);
            return Next.continueWith(state);
        }

        @Override
        public void onTerminate(Integer state, ExitReason reason) {
            found.look("onTerminate");
        }
    }

    static final class Listener implements SupervisorListener, SystemListener {
        private final Found found;

        Listener(Found found) {
            this.found = found;
        }

        @Override
        public void reported(SupervisorReport report) {
            found.look("reported");
        }

        @Override
        public void counted(SupervisorReport report) {
            found.look("counted");
        }

        @Override
        public void processEnded(Pid pid, ExitReason reason) {
            found.look("processEnded");
        }

        @Override
        public void terminated(Termination termination) {}
    }

    record Client(Subject<Subject<Integer>> searcher) {}

    private URLClassLoader application() throws IOException {
        Files.writeString(folder.resolve(RESOURCE), "here");
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(Plugin.class.getName()), FoundPlugin.class.getName());
        Path type = folder.resolve(Generated.NAME.replace('.', '/') + ".class");
        Files.createDirectories(type.getParent());
        Files.write(type, Generated.bytes());
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
    }

    @Test
    void actorsListenersAndCompletionsFindWhatTheApplicationHas() throws IOException {
        String everything = "resource true, services 1, class true";
        assertThat(Found.here()).isEqualTo("resource false, services 0, class false");
        var found = new Found();
        try (URLClassLoader application = application()) {
            new ApplicationContextRunner()
                    .withClassLoader(application)
                    .withInitializer(
                            context ->
                                    Thread.currentThread()
                                            .setContextClassLoader(getClass().getClassLoader()))
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withBean(Found.class, () -> found)
                    .withUserConfiguration(Searcher.class)
                    .withBean(Listener.class)
                    .withBean(Client.class)
                    .run(
                            context -> {
                                Client client = context.getBean(Client.class);
                                completed(found, client);
                                assertThat(context.getBean(OtpSystem.class).runtime().classLoader())
                                        .isSameAs(context.getClassLoader());
                            });
            // told by another thread, perhaps when the context is closed already
            await().until(() -> found.by.containsKey("processEnded"));
        }
        assertThat(found.by)
                .containsOnlyKeys(
                        "constructor",
                        "init",
                        "handler",
                        "onTerminate",
                        "counted",
                        "reported",
                        "processEnded",
                        "callAsync");
        assertThat(found.by)
                .allSatisfy((where, seen) -> assertThat(seen).as(where).isEqualTo(everything));
    }

    /** Calls until the reply comes after the call has returned, on a thread of the runtime. */
    private static void completed(Found found, Client client) {
        await().until(
                        () -> {
                            Thread own = Thread.currentThread();
                            return client.searcher()
                                    .<Integer>callAsync(Duration.ofSeconds(5), reply -> reply)
                                    .thenApply(reply -> isOther(own, found))
                                    .get(5, TimeUnit.SECONDS);
                        });
    }

    private static boolean isOther(Thread own, Found found) {
        boolean other = Thread.currentThread() != own;
        if (other) found.look("callAsync");
        return other;
    }
}
