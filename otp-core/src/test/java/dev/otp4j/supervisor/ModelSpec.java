/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a process of a random tree is made from.
 *
 * @param id its name within its supervisor; of a factory's child its number
 * @param traps whether it traps exits and has a terminate callback; for workers
 * @param stubborn whether that callback waits until it is released
 * @param backoff the delays of its restarts, or null
 * @param children of a static supervisor those it starts with; of a factory the one it starts any
 *     number of
 */
record ModelSpec(
        String id,
        Kind kind,
        Restart restart,
        boolean significant,
        Shutdown shutdown,
        boolean traps,
        boolean stubborn,
        Strategy strategy,
        AutoShutdown autoShutdown,
        int intensity,
        @Nullable Backoff backoff,
        List<ModelSpec> children) {
    /** Of all tolerances. */
    static final Duration PERIOD = Duration.ofHours(10);

    /** Much longer than a step takes; the longest one fits an intensity of 7. */
    private static final Backoff DELAYS =
            Backoff.exponential(Duration.ofMinutes(20), Duration.ofMinutes(80))
                    .jitter(0)
                    .resetAfter(Duration.ofDays(1_000));

    ModelSpec delayed() {
        return with(id, DELAYS);
    }

    private ModelSpec with(String newId, @Nullable Backoff delays) {
        return new ModelSpec(
                newId,
                kind,
                restart,
                significant,
                shutdown,
                traps,
                stubborn,
                strategy,
                autoShutdown,
                intensity,
                delays,
                children);
    }

    enum Kind {
        WORKER,
        STATIC,
        FACTORY
    }

    ChildType type() {
        return kind == Kind.WORKER ? ChildType.WORKER : ChildType.SUPERVISOR;
    }

    /** One that a supervisor with that auto-shutdown has to refuse. */
    boolean isRefused(AutoShutdown by) {
        return significant && (restart == Restart.PERMANENT || by == AutoShutdown.NEVER);
    }

    ModelSpec numbered(int number) {
        return with(Integer.toString(number), backoff);
    }

    static String below(String path, String id) {
        return path.equals("/") ? "/" + id : path + "/" + id;
    }

    @Override
    public String toString() {
        String how = (significant ? "significant " : "") + (backoff == null ? "" : "delayed ");
        return switch (kind) {
            case WORKER ->
                    "%s(%s%s %s%s%s)"
                            .formatted(
                                    id,
                                    how,
                                    restart,
                                    words(shutdown),
                                    traps ? " traps" : "",
                                    stubborn ? " stubborn" : "");
            case STATIC ->
                    "%s(%s%s %s %s %d auto=%s %s)"
                            .formatted(
                                    id,
                                    how,
                                    restart,
                                    words(shutdown),
                                    strategy,
                                    intensity,
                                    autoShutdown,
                                    children);
            case FACTORY ->
                    "%s(%s%s %s factory %d of %s)"
                            .formatted(
                                    id, how, restart, words(shutdown), intensity, children.get(0));
        };
    }

    private static String words(Shutdown shutdown) {
        return switch (shutdown) {
            case Shutdown.After(Duration limit) -> limit.toString();
            case Shutdown.BrutalKill kill -> "brutal";
            case Shutdown.Infinity infinity -> "infinity";
        };
    }
}
