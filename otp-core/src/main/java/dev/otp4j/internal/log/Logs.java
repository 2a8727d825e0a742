/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.log;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Creates the engine's loggers.
 *
 * <p>{@link System#getLogger} finds a {@link System.LoggerFinder} only if the JVM's system class
 * loader can see it. A Spring Boot application loads its libraries with a class loader of its own,
 * so the finder of its logging library would be missed. This class therefore looks first with the
 * class loader that loaded the engine.
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

    /**
     * The finder that the engine's class loader sees, or null if there is none or it cannot be
     * loaded: a broken logging library must not stop the engine.
     */
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
