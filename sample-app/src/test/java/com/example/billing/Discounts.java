/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;

/** Calls {@link Prices}, which calls this actor: a circle. */
@SupervisedActor(supervisor = BillingSupervisor.class, order = 6, trapExits = false)
public class Discounts implements Actor<Integer, Discounts.Apply> {
    /** Asks for an amount. */
    public record Apply(Subject<Integer> replyTo) {}

    private final Subject<Prices.Quote> prices;

    Discounts(Subject<Prices.Quote> prices) {
        this.prices = prices;
    }

    @Override
    public Integer init(Subject<Apply> self) {
        return 0;
    }

    @Override
    public Next<Integer, Apply> onMessage(Integer asked, Apply message) {
        int amount = prices.<Integer>call(Duration.ofMinutes(5), Prices.Quote::new);
        message.replyTo().send(amount);
        return Next.continueWith(asked + 1);
    }
}
