/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.ChildType;
import dev.otp4j.supervisor.Shutdown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * How long the declared tree may take to stop: its children stop one after another, also those of
 * different supervisors, so their times add up. Warns if that is longer than the context waits. The
 * children of factories and of supervisors that are not declared by annotations are not counted.
 */
final class StopTime {
    private static final Log LOG = LogFactory.getLog(OtpLifecycle.class);
    private static final String PHASE = "spring.lifecycle.timeout-per-shutdown-phase";
    private static final Duration DEFAULT_PHASE = Duration.ofSeconds(30);

    /** At most this many children are named. */
    private static final int NAMED = 5;

    private record Part(String path, Duration time) {}

    private final List<Part> parts = new ArrayList<>();
    private final List<String> unlimited = new ArrayList<>();
    private Duration sum = Duration.ZERO;

    void add(String path, ChildSpecification<?> child) {
        switch (child.shutdown()) {
            case Shutdown.After(Duration limit) -> add(path, limit);
            case Shutdown.BrutalKill kill -> {}
            case Shutdown.Infinity infinity -> {
                if (child.type() == ChildType.WORKER) unlimited.add(path);
            }
        }
    }

    private void add(String path, Duration limit) {
        if (limit.isZero()) return;
        parts.add(new Part(path, limit));
        Duration rest = Duration.ofSeconds(Long.MAX_VALUE).minus(sum);
        sum = limit.compareTo(rest) > 0 ? Duration.ofSeconds(Long.MAX_VALUE) : sum.plus(limit);
    }

    /**
     * Logs a warning if the tree may take longer than the phase of the context in which it stops.
     */
    void warn(Environment environment, Duration ofTree) {
        Duration phase = Binder.get(environment).bind(PHASE, Duration.class).orElse(DEFAULT_PHASE);
        if (unlimited.isEmpty() && sum.compareTo(phase) <= 0) return;
        LOG.warn(text(phase, ofTree));
    }

    private String text(Duration phase, Duration ofTree) {
        String time =
                unlimited.isEmpty()
                        ? " and may take %s altogether (%s)".formatted(seconds(sum), longest())
                        : ", some without a time limit (%s)".formatted(named(unlimited));
        return "The actors of the supervision tree stop one after another%s, but '%s' is %s. %s"
                .formatted(
                        time,
                        PHASE,
                        seconds(phase),
                        "Actors that still run after 'otp.supervision.shutdown-timeout', which is %s, are killed. Shorten 'shutdown' of the actors, or raise both properties."
                                .formatted(seconds(ofTree)));
    }

    private String longest() {
        List<Part> sorted = new ArrayList<>(parts);
        sorted.sort((one, other) -> other.time().compareTo(one.time()));
        return named(
                sorted.stream().map(part -> part.path() + " " + seconds(part.time())).toList());
    }

    private static String named(List<String> all) {
        String first = all.stream().limit(NAMED).collect(Collectors.joining(", "));
        int more = all.size() - NAMED;
        return more > 0 ? first + " and " + more + " more" : first;
    }

    private static String seconds(Duration time) {
        return time.getNano() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
