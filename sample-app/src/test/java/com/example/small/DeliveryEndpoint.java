/* SPDX-License-Identifier: Apache-2.0 */
package com.example.small;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Answers as the endpoint of otp-spring-boot-modulith does, whose event publication registry is not
 * on the class path of these tests.
 */
@Endpoint(id = "otpdelivery")
public class DeliveryEndpoint {
    private final List<UUID> givenUp = new ArrayList<>();

    /** Creates one whose target has given up so many events. */
    public DeliveryEndpoint(int events) {
        for (int i = 1; i <= events; i++) givenUp.add(new UUID(0, i));
    }

    private Map<String, Object> info() {
        return Map.of(
                "name", "invoicing",
                "type", "com.example.shop.OrderPlaced",
                "waiting", 2,
                "handled", 1_234,
                "failed", 7,
                "resubmitted", 5,
                "leftToLater", 0,
                "givenUp", givenUp.size(),
                "lastFailure", "java.lang.IllegalStateException");
    }

    @ReadOperation
    public synchronized Map<String, Object> targets() {
        return Map.of("targets", List.of(info()));
    }

    @ReadOperation
    public synchronized Map<String, Object> target(@Selector String target) {
        return Map.of("target", info(), "givenUp", givenUp.stream().map(this::row).toList());
    }

    private Map<String, Object> row(UUID publication) {
        return Map.of(
                "publication", publication,
                "target", "invoicing",
                "type", "com.example.shop.OrderPlaced",
                "eventId", "order-" + publication.getLeastSignificantBits(),
                "attempts", 5,
                "published", "2026-11-28T10:00:00Z",
                "lastAttempt", "2026-11-28T10:05:00Z");
    }

    @WriteOperation
    public synchronized Map<String, Object> resubmit(
            @Selector String target, @Nullable UUID publication) {
        int before = givenUp.size();
        if (publication == null) givenUp.clear();
        else givenUp.remove(publication);
        return Map.of("resubmitted", before - givenUp.size());
    }
}
