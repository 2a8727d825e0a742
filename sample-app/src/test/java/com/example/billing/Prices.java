/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;

/** Calls {@link Discounts}, which calls this actor: a circle. */
@SupervisedActor(supervisor = BillingSupervisor.class, order = 5, trapExits = false)
public class Prices implements Actor<Integer, Prices.Quote> {
    /** Asks for an amount. */
    public record Quote(Subject<Integer> replyTo) {}

    private final Subject<Discounts.Apply> discounts;

    Prices(Subject<Discounts.Apply> discounts) {
        this.discounts = discounts;
    }

    @Override
    public Integer init(Subject<Quote> self) {
        return 0;
    }

    @Override
    public Next<Integer, Quote> onMessage(Integer asked, Quote message) {
        int amount = discounts.<Integer>call(Duration.ofMinutes(5), Discounts.Apply::new);
        message.replyTo().send(amount);
        return Next.continueWith(asked + 1);
    }
}
