/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import dev.otp4j.actuate.metrics.OtpMeters;
import dev.otp4j.actuate.metrics.ProcessingMeters;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.supervisor.ChildEnd;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The actuator's meters in a registry. All meters are read once a second. */
final class Meters implements AutoCloseable {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ProcessingMeters processing = new ProcessingMeters();
    private final ScheduledExecutorService scraper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("scraper").factory());
    // written before the system starts, read by the processes of the system
    private volatile @Nullable OtpMeters meters;
    private @Nullable ScheduledFuture<?> scraping;

    /** The listener to give to the system's builder, before the meters of the system exist. */
    SupervisorListener listener() {
        return new SupervisorListener() {
            @Override
            public void counted(SupervisorReport report) {
                OtpMeters known = meters;
                if (known != null) known.counted(report);
            }

            @Override
            public void childEnded(ChildEnd end) {
                OtpMeters known = meters;
                if (known != null) known.childEnded(end);
            }
        };
    }

    /** The receiver of handling times, if the system is built to measure them. */
    HandlerTiming processing() {
        return processing;
    }

    MeterRegistry registry() {
        return registry;
    }

    void measure(OtpSystem system) {
        var measured = new OtpMeters(system);
        measured.bindTo(registry);
        processing.bindTo(registry);
        meters = measured;
        scraping = scraper.scheduleAtFixedRate(this::scrape, 1, 1, TimeUnit.SECONDS);
    }

    private void scrape() {
        registry.forEachMeter(meter -> meter.measure().forEach(value -> value.getValue()));
    }

    @Override
    public void close() {
        if (scraping != null) scraping.cancel(false);
        scraper.shutdown();
        registry.close();
    }
}
