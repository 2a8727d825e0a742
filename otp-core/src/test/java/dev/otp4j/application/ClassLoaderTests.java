/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.supervisor.StaticSupervisor;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Class loaders of applications that come and go in one JVM, as in a servlet container. */
@Timeout(30)
class ClassLoaderTests {
    @Test
    void aClosedSystemKeepsNoClassLoader() throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int round = 0; round < 5; round++) loaders.add(runInLoaderOfItsOwn());

        eventually(
                "all class loaders are collected",
                () -> {
                    System.gc();
                    return loaders.stream().allMatch(loader -> loader.refersTo(null));
                });
    }

    private static WeakReference<ClassLoader> runInLoaderOfItsOwn() throws Exception {
        URL core = OtpSystem.class.getProtectionDomain().getCodeSource().getLocation();
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        try (var loader =
                new URLClassLoader(new URL[] {core}, ClassLoader.getPlatformClassLoader())) {
            current.setContextClassLoader(loader);
            use(loader);
            return new WeakReference<>(loader);
        } finally {
            current.setContextClassLoader(before);
        }
    }

    /** Starts, stops and closes a system whose start is limited. */
    private static void use(ClassLoader loader) throws Exception {
        Class<?> type = loader.loadClass(OtpSystem.class.getName());
        Class<?> supervisor = loader.loadClass(StaticSupervisor.class.getName());
        assertThat(type).isNotSameAs(OtpSystem.class);
        Supplier<Object> root = () -> invoke(supervisor, null, "oneForOne");
        Object builder = type.getMethod("builder", String.class).invoke(null, "loaded");
        Class<?> builders = builder.getClass();
        builders.getMethod("root", Supplier.class).invoke(builder, root);
        builders.getMethod("startTimeout", Duration.class).invoke(builder, Duration.ofHours(1));
        Object system = builders.getMethod("build").invoke(builder);
        invoke(type, system, "start");
        type.getMethod("stop", Duration.class).invoke(system, Duration.ofSeconds(5));
        invoke(type, system, "close");
    }

    private static Object invoke(Class<?> type, Object target, String method) {
        try {
            return type.getMethod(method).invoke(target);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
