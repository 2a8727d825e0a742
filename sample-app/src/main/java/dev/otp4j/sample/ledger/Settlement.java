/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What outcomes change, in memory: the places that they move on, and the attempts among them. */
final class Settlement {
    /** A subscription as the database has it. */
    record Standing(Progress place, EventTypes eventTypes, Failing failing, int enabledCount) {
        Standing at(Progress next) {
            return new Standing(next, eventTypes, failing, enabledCount);
        }

        Standing after(Attempt attempt, Instant now, Duration limit) {
            Failing next = failing.after(attempt.state(), now, enabledCount, limit);
            return new Standing(place, eventTypes, next, enabledCount);
        }
    }

    private final Map<String, Standing> subscriptions;
    private final Map<String, ReplayTable.Row> replays;
    private final Map<String, Progress> moved = new LinkedHashMap<>();
    private final Map<String, ReplayTable.Row> replayed = new LinkedHashMap<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private final Map<String, Failing> failing = new LinkedHashMap<>();
    private final Duration disableAfter;
    private final Instant now;

    Settlement(
            Map<String, Standing> subscriptions,
            Map<String, ReplayTable.Row> replays,
            Duration disableAfter,
            Instant now) {
        this.disableAfter = disableAfter;
        this.subscriptions = subscriptions;
        this.replays = replays;
        this.now = now;
    }

    void add(Outcome outcome) {
        String replayId = outcome.turn().replayId();
        boolean applied = replayId == null ? move(outcome) : replay(outcome, replayId);
        if (applied && outcome instanceof Attempt attempt) {
            attempts.add(attempt);
            count(attempt);
        }
    }

    private void count(Attempt attempt) {
        String id = attempt.subscription().id();
        Standing before = subscriptions.get(id);
        if (before == null) return;
        Standing next = before.after(attempt, now, disableAfter);
        subscriptions.put(id, next);
        if (!next.failing().equals(before.failing())) failing.put(id, next.failing());
    }

    private boolean move(Outcome outcome) {
        String id = outcome.subscription().id();
        Standing before = subscriptions.get(id);
        if (before == null) return false;
        boolean sameEvents = before.eventTypes().equals(outcome.subscription().eventTypes());
        return before.place()
                .after(outcome, now, sameEvents)
                .map(
                        next -> {
                            subscriptions.put(id, before.at(next));
                            moved.put(id, next);
                            return true;
                        })
                .orElse(false);
    }

    private boolean replay(Outcome outcome, String id) {
        ReplayTable.Row before = replays.get(id);
        if (before == null) return false;
        return before.place()
                .after(outcome, now, true)
                .map(
                        place -> {
                            var next =
                                    new ReplayTable.Row(id, before.single(), place, before.until());
                            replays.put(id, next);
                            replayed.put(id, next);
                            return true;
                        })
                .orElse(false);
    }

    /** {@return the place of a subscription after it; none if it is gone} */
    Map<String, Progress> places() {
        var places = new LinkedHashMap<String, Progress>();
        subscriptions.forEach((id, standing) -> places.put(id, standing.place()));
        return places;
    }

    /** {@return the places of subscriptions that have moved} */
    List<Progress> moved() {
        return List.copyOf(moved.values());
    }

    /** {@return the replays whose places have moved} */
    Collection<ReplayTable.Row> replayed() {
        return replayed.values();
    }

    /** {@return the attempts that count, in their order} */
    List<Attempt> attempts() {
        return attempts;
    }

    /** {@return for how long subscriptions have failed, where that has changed} */
    Map<String, Failing> failing() {
        return failing;
    }

    /** {@return the subscriptions that have failed for too long} */
    Map<String, Failing> tooLong() {
        var found = new LinkedHashMap<>(failing);
        found.values().removeIf(each -> !each.isTooLong(disableAfter));
        return found;
    }

    /** {@return the subscriptions whose subscribers want no further deliveries} */
    List<String> gone() {
        return attempts.stream()
                .filter(Attempt::isGone)
                .map(attempt -> attempt.subscription().id())
                .distinct()
                .toList();
    }
}
