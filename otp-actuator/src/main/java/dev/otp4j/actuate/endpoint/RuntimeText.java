/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.actuate.endpoint.RuntimeDescriptor.CarriersDescriptor;
import dev.otp4j.actuate.endpoint.RuntimeDescriptor.HeapDescriptor;
import dev.otp4j.actuate.endpoint.RuntimeDescriptor.LimitDescriptor;
import dev.otp4j.actuate.endpoint.RuntimeDescriptor.ZombieDescriptor;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The view {@code runtime} as text for a terminal. */
final class RuntimeText {
    private static final long MEGABYTE = 1024 * 1024;

    private RuntimeText() {}

    static String of(RuntimeDescriptor runtime) {
        var text = new StringBuilder();
        line(text, "processes", states(runtime.states()));
        line(text, "carriers", carriers(runtime.carriers()));
        line(text, "starvations", runtime.starvations());
        line(text, "rescues", runtime.rescues());
        line(text, "timers", runtime.timers());
        line(text, "held messages", runtime.heldMessages());
        line(text, "heap", heap(runtime.heap()));
        line(text, "platform threads", runtime.platformThreads());
        line(text, "processors", runtime.processors());
        line(text, "up for", ViewText.duration(runtime.upFor()));
        line(text, "java", runtime.java());
        line(text, "zombies", runtime.zombieCount());
        for (ZombieDescriptor zombie : runtime.zombies()) {
            text.append('\n').append(zombie.path()).append("  dead for ");
            text.append(ViewText.duration(zombie.deadFor())).append('\n');
            for (String frame : zombie.stack()) text.append("  at ").append(frame).append('\n');
        }
        runtime.concurrencyLimits().forEach(limit -> limit(text, limit));
        return text.toString();
    }

    private static void limit(StringBuilder text, LimitDescriptor limit) {
        text.append(
                "\nconcurrency limit '%s'  %d of %d permits in use, %d waiting\n"
                        .formatted(limit.name(), limit.inUse(), limit.permits(), limit.waiting()));
        if (limit.heldByEnded() > 0) {
            text.append("  permits held by ended processes: %d\n".formatted(limit.heldByEnded()));
        }
        for (String path : limit.holders()) text.append("  held by ").append(path).append('\n');
        for (String path : limit.queue()) text.append("  waits ").append(path).append('\n');
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append("%-18s%s\n".formatted(name, value));
    }

    private static String states(Map<String, Integer> states) {
        if (states.isEmpty()) return "none";
        return states.entrySet().stream()
                .map(state -> state.getValue() + " " + state.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String carriers(@Nullable CarriersDescriptor carriers) {
        if (carriers == null) return "not known";
        return "%d of %d threads, %d busy, %d virtual threads wait"
                .formatted(
                        carriers.threads(),
                        carriers.parallelism(),
                        carriers.mounted(),
                        carriers.queued());
    }

    private static String heap(HeapDescriptor heap) {
        Long max = heap.max();
        String most = max == null ? "" : ", at most " + max / MEGABYTE + " MB";
        return "%d MB used of %d MB%s"
                .formatted(heap.used() / MEGABYTE, heap.committed() / MEGABYTE, most);
    }
}
