/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.shop;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.util.concurrent.atomic.AtomicInteger;

/** An actor that other actors send to. */
@SupervisedActor
public class Shipping implements Actor<Integer, Shipping.Parcel> {
    /** How often it was started in this JVM. */
    public static final AtomicInteger STARTS = new AtomicInteger();

    /** What it is sent. */
    public record Parcel(String item) {}

    @Override
    public Integer init(Subject<Parcel> self) {
        return STARTS.incrementAndGet();
    }

    @Override
    public Next<Integer, Parcel> onMessage(Integer state, Parcel parcel) {
        return Next.continueWith(state);
    }
}
