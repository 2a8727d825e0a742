/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import dev.otp4j.lease.LeaseInfo;
import dev.otp4j.lease.LeaseKeeper;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** Meters of each lease that a singleton of this application uses. */
final class LeaseMeters implements LeaseUse {
    private final MeterRegistry registry;
    private final LeaseKeeper keeper;

    LeaseMeters(MeterRegistry registry, LeaseKeeper keeper) {
        this.registry = registry;
        this.keeper = keeper;
    }

    @Override
    public void add(String lease) {
        gauge("otp.lease.held", lease, "1 if this instance has the lease", i -> i.isHere() ? 1 : 0);
        gauge(
                "otp.lease.token",
                lease,
                "Fencing token of the holder, as far as this instance knows",
                LeaseInfo::token);
        gauge(
                "otp.lease.give.ups",
                lease,
                "How many holders in a row have given up",
                LeaseInfo::giveUps);
        gauge(
                "otp.lease.store.failing",
                lease,
                "1 if the store of leases could not be used the last time",
                info -> info.failure() == null ? 0 : 1);
    }

    private void gauge(
            String name, String lease, String description, ToDoubleFunction<LeaseInfo> value) {
        Gauge.builder(
                        name,
                        keeper,
                        of -> of.lease(lease).map(value::applyAsDouble).orElse(Double.NaN))
                .description(description)
                .tag("lease", lease)
                .register(registry);
    }
}
