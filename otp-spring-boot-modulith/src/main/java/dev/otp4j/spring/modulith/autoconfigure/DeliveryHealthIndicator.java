/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.spring.modulith.DurableDelivery;
import dev.otp4j.spring.modulith.TargetInfo;
import java.util.LinkedHashMap;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Says of each target how much waits and how much is given up. Always up: it restarts nothing. */
final class DeliveryHealthIndicator extends AbstractHealthIndicator {
    private final DurableDelivery delivery;

    DeliveryHealthIndicator(DurableDelivery delivery) {
        this.delivery = delivery;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up();
        for (TargetInfo target : delivery.targets()) {
            var details = new LinkedHashMap<String, Object>();
            details.put("waiting", target.waiting());
            if (target.givenUp() >= 0) details.put("givenUp", target.givenUp());
            builder.withDetail(target.name(), details);
        }
    }
}
