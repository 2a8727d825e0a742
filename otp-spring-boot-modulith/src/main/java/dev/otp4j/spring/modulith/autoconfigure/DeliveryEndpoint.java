/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.spring.modulith.DurableDelivery;
import dev.otp4j.spring.modulith.GivenUp;
import dev.otp4j.spring.modulith.TargetInfo;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Durable targets, what they have given up, and its delivery anew. Reading is allowed by default;
 * the rest needs {@code management.endpoint.otpdelivery.access=unrestricted}.
 *
 * @since 0.1.0
 */
@Endpoint(id = "otpdelivery", defaultAccess = Access.READ_ONLY)
public final class DeliveryEndpoint {
    private static final int LIMIT = 100;

    private final DurableDelivery delivery;

    DeliveryEndpoint(DurableDelivery delivery) {
        this.delivery = delivery;
    }

    /** {@return all targets} Does not ask the database. */
    @ReadOperation
    public TargetsDescriptor targets() {
        return new TargetsDescriptor(delivery.targets());
    }

    /**
     * {@return a target with what it has given up, the oldest first; null, which is 404, if there
     * is none of that name}
     *
     * @param limit how many publications at most; 100 unless set
     */
    @ReadOperation
    public @Nullable TargetDescriptor target(@Selector String target, @Nullable Integer limit) {
        TargetInfo info = info(target);
        if (info == null) return null;
        int most = limit == null ? LIMIT : Math.clamp(limit, 1, 10 * LIMIT);
        return new TargetDescriptor(info, delivery.givenUp(target, most));
    }

    /**
     * Delivers again what a target has given up: all of it, or one publication of this target.
     *
     * @param publication the id of one; null for all. A blank text is refused, and not taken for
     *     all
     * @throws InvalidEndpointRequestException if there is no such target, or {@code publication} is
     *     no id
     */
    @WriteOperation
    public ResubmittedDescriptor resubmit(@Selector String target, @Nullable String publication) {
        try {
            return resubmitted(target, publication == null ? null : id(publication));
        } catch (IllegalArgumentException noTarget) {
            String text = String.valueOf(noTarget.getMessage());
            throw new InvalidEndpointRequestException(text, text);
        }
    }

    static UUID id(String publication) {
        try {
            return UUID.fromString(publication);
        } catch (IllegalArgumentException noId) {
            String text = "'publication' must be an id: \"%s\"".formatted(publication);
            throw new InvalidEndpointRequestException(text, text);
        }
    }

    /**
     * {@link #resubmit} with an id.
     *
     * @throws IllegalArgumentException if there is no such target
     */
    ResubmittedDescriptor resubmitted(String target, @Nullable UUID publication) {
        if (publication == null) return new ResubmittedDescriptor(delivery.resubmitAll(target));
        return new ResubmittedDescriptor(delivery.resubmit(target, publication) ? 1 : 0);
    }

    private @Nullable TargetInfo info(String target) {
        return delivery.targets().stream()
                .filter(info -> info.name().equals(target))
                .findFirst()
                .orElse(null);
    }

    /**
     * All targets.
     *
     * @param targets by name
     */
    public record TargetsDescriptor(List<TargetInfo> targets) {}

    /**
     * A target.
     *
     * @param target what this instance knows of it
     * @param givenUp what was given up after its last attempt, on all instances
     */
    public record TargetDescriptor(TargetInfo target, List<GivenUp> givenUp) {}

    /**
     * What was asked for.
     *
     * @param resubmitted how many publications will be delivered again
     */
    public record ResubmittedDescriptor(int resubmitted) {}
}
