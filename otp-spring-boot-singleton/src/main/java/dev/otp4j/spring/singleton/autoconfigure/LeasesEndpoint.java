/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import dev.otp4j.lease.LeaseInfo;
import dev.otp4j.lease.LeaseKeeper;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * The leases of this instance: owner, token, time left. Does not ask the store.
 *
 * @since 0.1.0
 */
@Endpoint(id = "otpleases")
public final class LeasesEndpoint {
    private final LeaseKeeper keeper;

    LeasesEndpoint(LeaseKeeper keeper) {
        this.keeper = keeper;
    }

    /** {@return all leases that singletons of this application use} */
    @ReadOperation
    public LeasesDescriptor leases() {
        return new LeasesDescriptor(
                keeper.instance(),
                keeper.ttl().toMillis(),
                keeper.margin().toMillis(),
                keeper.leases().stream().map(LeaseDescriptor::of).toList());
    }

    /** {@return one of them; null, which is 404, if there is none of that name} */
    @ReadOperation
    public @Nullable LeaseDescriptor lease(@Selector String name) {
        return keeper.lease(name).map(LeaseDescriptor::of).orElse(null);
    }

    /**
     * All leases.
     *
     * @param instance what this instance writes as the owner
     * @param ttlMillis how long a lease lives without being renewed
     * @param marginMillis how long before that it counts as lost
     * @param leases by name
     */
    public record LeasesDescriptor(
            String instance, long ttlMillis, long marginMillis, List<LeaseDescriptor> leases) {}

    /**
     * A lease.
     *
     * @param name which lease it is
     * @param state what this instance does about it
     * @param owner the instance that has it, or null
     * @param token the token of the holder, or of the last one; 0 if not known
     * @param timeLeftMillis see {@link LeaseInfo#timeLeft}
     * @param giveUps how many holders in a row have given up
     * @param failure why the store could not be used, or null
     * @param text all of it in one sentence
     */
    public record LeaseDescriptor(
            String name,
            LeaseInfo.State state,
            @Nullable String owner,
            long token,
            long timeLeftMillis,
            int giveUps,
            @Nullable String failure,
            String text) {
        static LeaseDescriptor of(LeaseInfo info) {
            return new LeaseDescriptor(
                    info.name(),
                    info.state(),
                    info.owner(),
                    info.token(),
                    info.timeLeft().toMillis(),
                    info.giveUps(),
                    info.failure(),
                    info.text());
        }
    }
}
