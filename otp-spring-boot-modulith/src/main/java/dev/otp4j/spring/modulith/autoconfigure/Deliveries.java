/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.spring.modulith.DurableDelivery;
import dev.otp4j.spring.modulith.DurableTarget;
import dev.otp4j.spring.modulith.GivenUp;
import dev.otp4j.spring.modulith.TargetInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The targets of the application. */
final class Deliveries implements DurableDelivery {
    private final List<TargetDesk<?>> desks;
    private final DurableDeliveryProperties settings;
    private final Publications publications;
    private final EventReader events;

    Deliveries(
            List<DurableTarget<?>> targets,
            DurableDeliveryProperties settings,
            ProcessRuntime runtime,
            Publications publications,
            EventReader events) {
        var sorted = new ArrayList<TargetDesk<?>>();
        targets.forEach(target -> sorted.add(new TargetDesk<>(target, settings, runtime)));
        sorted.sort(Comparator.comparing(TargetDesk::name));
        this.desks = List.copyOf(sorted);
        this.settings = settings;
        this.publications = publications;
        this.events = events;
    }

    List<TargetDesk<?>> desks() {
        return desks;
    }

    @Override
    public List<TargetInfo> targets() {
        return desks.stream().map(TargetDesk::info).toList();
    }

    @Override
    public List<GivenUp> givenUp(String target, int limit) {
        if (limit < 1) throw new IllegalArgumentException("'limit' must be positive: " + limit);
        TargetDesk<?> desk = desk(target);
        return publications.givenUp(desk.listenerId(), settings.maxAttempts(), limit).stream()
                .map(found -> givenUp(desk, found))
                .toList();
    }

    private GivenUp givenUp(TargetDesk<?> desk, Publication found) {
        return new GivenUp(
                found.id(),
                desk.name(),
                found.type(),
                eventId(desk, found),
                found.attempts(),
                found.published(),
                found.lastAttempt());
    }

    private @Nullable String eventId(TargetDesk<?> desk, Publication found) {
        try {
            return desk.idText(events.read(found, desk.target().type()));
        } catch (UnreadableEventException unreadable) {
            return null;
        }
    }

    @Override
    public boolean resubmit(UUID publication) {
        int most = settings.maxAttempts();
        return desks.stream()
                .anyMatch(desk -> publications.renew(publication, desk.listenerId(), most));
    }

    @Override
    public boolean resubmit(String target, UUID publication) {
        int most = settings.maxAttempts();
        return publications.renew(publication, desk(target).listenerId(), most);
    }

    @Override
    public int resubmitAll(String target) {
        return publications.renewAll(desk(target).listenerId(), settings.maxAttempts());
    }

    private TargetDesk<?> desk(String name) {
        return desks.stream()
                .filter(desk -> desk.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no durable target '%s'; there are: %s"
                                                .formatted(
                                                        name,
                                                        desks.stream()
                                                                .map(TargetDesk::name)
                                                                .toList())));
    }
}
