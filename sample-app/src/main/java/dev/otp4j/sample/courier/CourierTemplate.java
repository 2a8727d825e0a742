/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.sample.ledger.Backlog;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.supervisor.KeyedFactory;
import java.time.Clock;
import org.springframework.stereotype.Component;

/** Makes the courier of a subscription. The key is the subscription's id. */
@Component
public class CourierTemplate implements KeyedFactory.Template<String, CourierMessage> {
    private final LedgerReader reader;
    private final LedgerClient ledger;
    private final Backlog backlog;
    private final WebhookSender sender;
    private final CourierProperties properties;
    private final Clock clock;

    CourierTemplate(
            LedgerReader reader,
            LedgerClient ledger,
            Backlog backlog,
            WebhookSender sender,
            CourierProperties properties,
            Clock clock) {
        this.reader = reader;
        this.ledger = ledger;
        this.backlog = backlog;
        this.sender = sender;
        this.properties = properties;
        this.clock = clock;
    }

    /** A courier traps exits: it outlives the process of its requests, and stops in order. */
    @Override
    public ActorBuilder<?, CourierMessage, ?> actor(String subscriptionId) {
        return Actor.of(() -> courier(subscriptionId)).trapExits(true);
    }

    private Courier courier(String subscriptionId) {
        return new Courier(subscriptionId, reader, ledger, backlog, sender, properties, clock);
    }
}
