/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Makes a runtime tell its listeners of events that take long to happen by themselves. */
public final class RuntimeEvents {
    private static final Map<String, Consumer<ProcessRuntime>> EVENTS =
            Map.of(
                    "processEnded", runtime -> runtime.ended(cell(runtime), ExitReason.NORMAL),
                    "processCrashed",
                            runtime ->
                                    runtime.tellCrash(
                                            CrashReport.builder(cell(runtime), ExitReason.KILLED)
                                                    .build()),
                    "messageDropped",
                            runtime -> runtime.drop(DropReason.DEAD, dropped(), cell(runtime)),
                    "zombieFound",
                            runtime ->
                                    runtime.oldZombie(
                                            new Zombie(
                                                    cell(runtime),
                                                    Duration.ofSeconds(6),
                                                    "otp:zombie",
                                                    List.of())),
                    "zombieEnded",
                            runtime -> runtime.zombieEnded(cell(runtime), Duration.ofSeconds(6)),
                    "carriersStarved",
                            runtime ->
                                    runtime.starved(
                                            new Starvation(Duration.ofSeconds(1), List.of())),
                    "handlerStuck", runtime -> runtime.tellStuck(stuck(runtime)),
                    "handlerGoesOn", runtime -> runtime.tellGoesOn(stuck(runtime)),
                    "callCircle",
                            runtime -> runtime.callCircle(new CallCircle(List.of(cell(runtime)))),
                    "callFailed",
                            runtime ->
                                    runtime.callFailed(
                                            runtime.port,
                                            cell(runtime),
                                            null,
                                            "request",
                                            new CallException.CallingSelf("itself")));

    private static final Map<String, Consumer<ProcessRuntime>> SUSPENSIONS =
            Map.of(
                    "processSuspended", runtime -> runtime.tellSuspended(cell(runtime), true),
                    "processResumed", runtime -> runtime.tellSuspended(cell(runtime), false));

    private RuntimeEvents() {}

    private static ProcessCell cell(ProcessRuntime runtime) {
        return new ProcessCell(runtime, runtime.port, null, null, true, null);
    }

    private static StuckHandler stuck(ProcessRuntime runtime) {
        return new StuckHandler(
                cell(runtime), "Message", Duration.ofSeconds(6), "otp:stuck", List.of(), null);
    }

    private static Envelope dropped() {
        return new Envelope("lost", null, null, null);
    }

    /** Has that event happen; false if it is not one of a {@link ProcessListener}. */
    public static boolean happens(ProcessRuntime runtime, String event) {
        Consumer<ProcessRuntime> found = EVENTS.getOrDefault(event, SUSPENSIONS.get(event));
        if (found != null) found.accept(runtime);
        return found != null;
    }
}
