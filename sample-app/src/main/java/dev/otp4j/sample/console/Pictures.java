/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.console;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.sample.ledger.Glance;
import dev.otp4j.sample.ledger.GlanceReader;
import dev.otp4j.sample.ledger.Writes;
import java.time.Clock;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Takes pictures of the relay: of the database and of the tree. */
@Component
class Pictures {
    private final GlanceReader reader;
    private final Writes writes;
    private final OtpSystem system;
    private final JsonMapper json;
    private final Clock clock;
    private final boolean chaos;
    private final boolean demo;

    Pictures(
            GlanceReader reader,
            Writes writes,
            OtpSystem system,
            JsonMapper json,
            Clock clock,
            Environment environment) {
        this.reader = reader;
        this.writes = writes;
        this.system = system;
        this.json = json;
        this.clock = clock;
        this.chaos = environment.acceptsProfiles(Profiles.of("chaos"));
        this.demo = environment.getProperty("relay.demo", Boolean.class, false);
    }

    /** {@return a picture as JSON} Blocks while it reads. */
    byte[] take() {
        return json.writeValueAsBytes(picture(reader.glance()));
    }

    private Picture picture(Glance glance) {
        return new Picture(
                clock.instant(),
                writes.problem().orElse(null),
                chaos,
                demo,
                GlanceReader.COUNTED,
                worker("/ledger"),
                glance.subscriptions().stream().map(this::subscription).toList(),
                glance.more(),
                glance.deliveries().stream().map(Picture.Delivery::of).toList());
    }

    private Picture.Subscription subscription(Glance.Standing standing) {
        return Picture.Subscription.of(
                standing, worker("/relay/couriers/" + standing.subscription().id()));
    }

    private Picture.Worker worker(String path) {
        return system.find(path, 0, 0)
                .map(node -> Picture.Worker.of(path, node))
                .orElseGet(() -> Picture.Worker.absent(path));
    }
}
