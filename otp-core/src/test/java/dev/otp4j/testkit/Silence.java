/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import java.util.logging.Level;
import java.util.logging.Logger;

/** A logger of {@code java.util.logging} writes nothing to the console until this is closed. */
public final class Silence implements AutoCloseable {
    private final Logger logger;
    private final boolean parents;

    /** Silences that logger, and those below it that have no handler of their own. */
    public Silence(String name) {
        logger = Logger.getLogger(name);
        parents = logger.getUseParentHandlers();
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.ALL);
    }

    @Override
    public void close() {
        logger.setUseParentHandlers(parents);
    }
}
