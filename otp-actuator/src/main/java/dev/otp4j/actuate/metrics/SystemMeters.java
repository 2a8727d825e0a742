/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.DropReason;
import dev.otp4j.process.ProcessRuntime;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/**
 * The meters of a whole system. Messages, stuck handlers and zombies may belong to actors outside
 * the tree.
 */
final class SystemMeters {
    private final OtpSystem system;
    private final MeterRegistry registry;
    private final Shown shown;

    private SystemMeters(OtpSystem system, MeterRegistry registry, Shown shown) {
        this.system = system;
        this.registry = registry;
        this.shown = shown;
    }

    static void register(OtpSystem system, MeterRegistry registry, Shown shown) {
        var meters = new SystemMeters(system, registry, shown);
        for (OtpSystem.State state : OtpSystem.State.values()) meters.state(state);
        for (DropReason reason : DropReason.values()) meters.dropped(reason);
        meters.held();
        meters.lateReplies();
        meters.retained();
        meters.handlersAndThreads(system.runtime());
    }

    private void state(OtpSystem.State state) {
        show(
                Gauge.builder("otp.system.state", system, of -> of.state() == state ? 1 : 0)
                        .tags("state", tagValue(state))
                        .description("1 for the state that the system is in, 0 for the others")
                        .register(registry));
    }

    private void dropped(DropReason reason) {
        show(
                FunctionCounter.builder(
                                "otp.dead.letters",
                                system.runtime(),
                                runtime -> runtime.deadLetters(reason))
                        .tags("reason", tagValue(reason))
                        .description("Messages that reached no handler")
                        .register(registry));
    }

    private void held() {
        show(
                Gauge.builder("otp.held.messages", system, OtpSystem::heldMessages)
                        .description("Messages that names hold until their actors run again")
                        .register(registry));
    }

    private void lateReplies() {
        show(
                FunctionCounter.builder(
                                "otp.replies.late", system.runtime(), ProcessRuntime::lateReplies)
                        .description("Replies that came when the call was over")
                        .register(registry));
    }

    private void retained() {
        show(
                FunctionCounter.builder(
                                "otp.retained.messages",
                                system.runtime(),
                                ProcessRuntime::retainedMessages)
                        .description(
                                "Messages that ended actors left in their mailboxes for their next start")
                        .register(registry));
        show(
                Gauge.builder("otp.parked.messages", system.runtime(), ProcessRuntime::parkedCount)
                        .description("Messages that are parked after their last retry")
                        .register(registry));
    }

    private void handlersAndThreads(ProcessRuntime runtime) {
        show(
                Gauge.builder("otp.handlers.stuck", runtime, of -> of.stuckHandlers().size())
                        .description("Handlers that are busy with one message for too long")
                        .register(registry));
        show(
                Gauge.builder("otp.zombies", runtime, ProcessRuntime::zombieCount)
                        .description("Dead processes whose code still runs")
                        .register(registry));
        show(
                FunctionCounter.builder(
                                "otp.carriers.starved", runtime, ProcessRuntime::starvations)
                        .description("How often no virtual thread could start for a second or more")
                        .register(registry));
    }

    private void show(Meter meter) {
        shown.in(registry, system, meter);
    }

    private static String tagValue(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
