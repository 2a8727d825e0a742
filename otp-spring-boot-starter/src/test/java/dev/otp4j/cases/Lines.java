/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/** Collects the lines that the project logs, through any logging API, until this is closed. */
final class Lines implements AutoCloseable {
    private static final String PROJECT = "dev.otp4j";

    record Line(String level, String text) {
        boolean contains(String... parts) {
            for (String part : parts) {
                if (!text.contains(part)) return false;
            }
            return true;
        }
    }

    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final Logger jul = Logger.getLogger(PROJECT);
    private final ch.qos.logback.classic.Logger logback =
            (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(PROJECT);
    private final Handler handler = new JulHandler();
    private final LogbackAppender appender = new LogbackAppender();

    Lines() {
        jul.addHandler(handler);
        appender.setContext(logback.getLoggerContext());
        appender.start();
        logback.addAppender(appender);
    }

    /** {@return the lines so far that contain all these texts, each once} */
    List<Line> with(String... parts) {
        return lines.stream().filter(line -> line.contains(parts)).distinct().toList();
    }

    /** {@return all lines so far} */
    List<Line> all() {
        return lines.stream().distinct().toList();
    }

    @Override
    public void close() {
        jul.removeHandler(handler);
        logback.detachAppender(appender);
    }

    private final class JulHandler extends Handler {
        @Override
        public void publish(LogRecord record) {
            String level = record.getLevel().getName();
            String text;
            try {
                text = new SimpleFormatter().format(record);
            } catch (RuntimeException | Error lost) {
                return; // handlers of java.util.logging do the same
            }
            lines.add(new Line(level.equals("WARNING") ? "WARN" : level, text));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private final class LogbackAppender extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            var thrown = event.getThrowableProxy();
            String text = event.getFormattedMessage();
            lines.add(
                    new Line(
                            event.getLevel().toString(),
                            thrown == null
                                    ? text
                                    : text + " " + ThrowableProxyUtil.asString(thrown)));
        }
    }
}
