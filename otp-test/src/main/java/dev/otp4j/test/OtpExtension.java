/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ProcessRuntime;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test after which processes, timers or threads of its runtimes are left, and names them.
 * What is left is then ended, so that it does not disturb the next test.
 *
 * {@snippet :
 * @ExtendWith(OtpExtension.class) // or @DetectLeaks
 * class PaymentsTests { … }
 * }
 *
 * <p>Looked at are, after all {@code @AfterEach} methods:
 *
 * <ul>
 *   <li>runtimes and systems that were built since before the {@code @BeforeEach} methods, and
 *       those in fields of the test object without an annotation, unless the object is shared
 *       ({@code PER_CLASS}): their processes, timers that are still set, and threads that still run
 *       code of processes that have ended
 *   <li>the default runtime: processes that have no supervisor and were not there before, and
 *       timers beyond those that were set before
 * </ul>
 *
 * <p>So a system has to be closed, and an actor that was started without a supervisor has to be
 * stopped or killed. The process of a {@link Probe} does not count. Nor do contexts that Spring's
 * test framework keeps: they are made before the test. Whatever is about to end gets {@link
 * TestLimits#timeout} for it.
 *
 * <p>Tests that run at the same time in one JVM see each other's runtimes: do not combine it with
 * parallel execution of methods or classes in the same JVM.
 *
 * <p>Also reads {@link TestLimits#TIMEOUT} and {@link TestLimits#QUIET} from JUnit's configuration
 * parameters, from then on for the whole JVM.
 *
 * @since 0.1.0
 */
public final class OtpExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace HERE =
            ExtensionContext.Namespace.create(OtpExtension.class);

    /** Made by JUnit. */
    public OtpExtension() {}

    /** Reads the configuration parameters. */
    @Override
    public void beforeAll(ExtensionContext context) {
        TestLimits.readFrom(name -> parameter(context, name));
    }

    private static @Nullable String parameter(ExtensionContext context, String name) {
        return context.getRoot().getConfigurationParameter(name).orElse(null);
    }

    /** Begins to note runtimes. */
    @Override
    public void beforeEach(ExtensionContext context) {
        beforeAll(context);
        context.getStore(HERE).put(context.getUniqueId(), Leaks.watch(ownRuntimes(context)));
    }

    /**
     * Looks for leaks.
     *
     * @throws AssertionError if there are any
     */
    @Override
    public void afterEach(ExtensionContext context) {
        Leaks leaks = context.getStore(HERE).remove(context.getUniqueId(), Leaks.class);
        if (leaks == null) return;
        List<String> found = leaks.find(TestLimits.timeout());
        if (found.isEmpty()) return;
        throw new AssertionError(
                "the test has left these running, and they were ended now:\n  "
                        + String.join("\n  ", found)
                        + "\nclose the OtpSystem or ProcessRuntime, or stop the process, in the test or in @AfterEach");
    }

    /** Runtimes that the fields of the test object were initialised with. */
    private static List<ProcessRuntime> ownRuntimes(ExtensionContext context) {
        var own = new ArrayList<ProcessRuntime>();
        boolean shared =
                context.getTestInstanceLifecycle()
                        .filter(TestInstance.Lifecycle.PER_CLASS::equals)
                        .isPresent();
        if (shared || context.getTestInstances().isEmpty()) return own;
        for (Object test : context.getRequiredTestInstances().getAllInstances()) {
            for (Class<?> type = test.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) add(own, field, test);
            }
        }
        return own;
    }

    private static void add(List<ProcessRuntime> own, Field field, Object test) {
        if (Modifier.isStatic(field.getModifiers()) || field.getAnnotations().length > 0) return;
        boolean system = OtpSystem.class.isAssignableFrom(field.getType());
        if (!system && !ProcessRuntime.class.isAssignableFrom(field.getType())) return;
        try {
            field.setAccessible(true);
            switch (field.get(test)) {
                case OtpSystem made -> own.add(made.runtime());
                case ProcessRuntime made -> own.add(made);
                case null, default -> {}
            }
        } catch (ReflectiveOperationException | RuntimeException closed) {
            // a module that is not open to the test kit: what is built later is seen all the same
        }
    }
}
