/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.console;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers all open pages with one picture of the relay. It is taken when it is asked for, and at
 * most once a second: so many pages cost the database as much as one, and none costs nothing.
 */
@SupervisedActor(order = 4, dropExpiredCalls = true, mailbox = "1000 reject")
class Overview implements StatefulActor<Overview.Look> {
    static final Duration FRESH = Duration.ofSeconds(1);

    /** The request for the picture, as JSON. Refused with what the database has thrown. */
    record Look(ReplyTo<byte[]> replyTo) {}

    private final Pictures pictures;
    private final JsonMapper json;

    private byte @Nullable [] last;
    private long takenAt;

    Overview(Pictures pictures, JsonMapper json) {
        this.pictures = pictures;
        this.json = json;
    }

    @Override
    public Step handle(Look look) {
        try {
            look.replyTo().send(picture());
        } catch (DataAccessException e) {
            look.replyTo().fail(e);
        }
        return Step.KEEP;
    }

    private byte[] picture() {
        byte[] picture = last;
        if (picture == null || System.nanoTime() - takenAt > FRESH.toNanos()) {
            picture = json.writeValueAsBytes(pictures.take());
            last = picture;
            takenAt = System.nanoTime();
        }
        return picture;
    }
}
