/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import dev.otp4j.process.ProcessRuntime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a logger of {@code java.util.logging} writes until this is closed. */
public final class LogLines implements AutoCloseable {
    private final Logger logger;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord record) {
                    records.add(record);
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    /** Listens to that logger, at every level. */
    public LogLines(String name) {
        logger = Logger.getLogger(name);
        handler.setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    /**
     * {@return the lines so far that contain the text} What the current runtime has reported before
     * is among them.
     */
    public List<String> matching(String text) {
        ProcessRuntime.current().awaitReports(Expect.SOON);
        var formatter = new SimpleFormatter();
        return records.stream()
                .map(formatter::formatMessage)
                .filter(line -> line.contains(text))
                .toList();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
