/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.log;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The engine's loggers. {@link System#getLogger} looks for a {@link System.LoggerFinder} only where
 * the JVM's own class loader sees it: not in the jar of a Spring Boot application, whose libraries
 * have a class loader of their own. So this looks where the engine itself comes from first.
 */
public final class Logs {
    private static final System.@Nullable LoggerFinder FINDER = find();

    private Logs() {}

    /** {@return the logger of that name} */
    public static System.Logger of(String name) {
        return FINDER == null
                ? System.getLogger(name)
                : FINDER.getLogger(name, Logs.class.getModule());
    }

    /** A provider that is broken costs its own lines, not the engine. */
    private static System.@Nullable LoggerFinder find() {
        try {
            Iterator<System.LoggerFinder> found =
                    ServiceLoader.load(System.LoggerFinder.class, Logs.class.getClassLoader())
                            .iterator();
            return found.hasNext() ? found.next() : null;
        } catch (ServiceConfigurationError e) {
            return null;
        }
    }
}
