/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Devtools close the context and start a new one in the same JVM, with a new class loader for the
 * classes of the application and the old one for libraries.
 */
@Timeout(60)
class DevtoolsRestartTests {
    private static final String APPLICATION = DevtoolsRestartTests.class.getName();

    record Where(Subject<ClassLoader> replyTo) {}

    @SupervisedActor
    static class Located implements Actor<Integer, Where> {
        @Override
        public Integer init(Subject<Where> self) {
            return 0;
        }

        @Override
        public Next<Integer, Where> onMessage(Integer state, Where where) {
            assertThat(Thread.currentThread().getContextClassLoader())
                    .isSameAs(Located.class.getClassLoader());
            where.replyTo().send(Located.class.getClassLoader());
            return Next.continueWith(state);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import(Located.class)
    static class Application {}

    /** Starts the application, asks its actor for its class loader, and closes the application. */
    static class Run implements Callable<OtpSystem> {
        @Override
        @SuppressWarnings("unchecked")
        public OtpSystem call() {
            var spring = new SpringApplication(Application.class);
            spring.setWebApplicationType(WebApplicationType.NONE);
            spring.setRegisterShutdownHook(false);
            try (ConfigurableApplicationContext context = spring.run()) {
                var located = (Subject<Where>) context.getBean("located");
                ClassLoader found = located.call(Duration.ofSeconds(10), Where::new);
                assertThat(found).isSameAs(Run.class.getClassLoader());
                return context.getBean(OtpSystem.class);
            }
        }
    }

    /** Loads the classes of the application itself, and all others from its parent. */
    private static final class RestartLoader extends ClassLoader {
        RestartLoader() {
            super(DevtoolsRestartTests.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(APPLICATION)) return super.loadClass(name, resolve);
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (var file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) throw new ClassNotFoundException(name);
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static ClassLoader run() throws Exception {
        var loader = new RestartLoader();
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(loader);
        try {
            var constructor = loader.loadClass(Run.class.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            var system = (OtpSystem) ((Callable<?>) constructor.newInstance()).call();
            assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
        } finally {
            current.setContextClassLoader(before);
        }
        return loader;
    }

    @Test
    void eachContextHasTheActorsOfItsOwnClassLoader() throws Exception {
        run();
        run();
    }

    /**
     * Boot's own caches keep a class loader for a while, and devtools clear them. No thread of the
     * tree may keep it.
     */
    @Test
    void noThreadKeepsTheClassLoaderOfAClosedContext() throws Exception {
        ClassLoader first = run();

        await().until(
                        () ->
                                Thread.getAllStackTraces().keySet().stream()
                                        .noneMatch(
                                                thread -> thread.getContextClassLoader() == first));
    }
}
