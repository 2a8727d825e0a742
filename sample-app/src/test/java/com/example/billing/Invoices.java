/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.math.BigDecimal;

/** Crashes at each amount that is no number. */
@SupervisedActor(supervisor = BillingSupervisor.class, order = 4)
public class Invoices implements Actor<BigDecimal, Invoices.Bill> {
    /** Adds an amount. */
    public record Bill(String amount) {}

    @Override
    public BigDecimal init(Subject<Bill> self) {
        return BigDecimal.ZERO;
    }

    @Override
    public Next<BigDecimal, Bill> onMessage(BigDecimal total, Bill bill) {
        return Next.continueWith(total.add(amount(bill)));
    }

    private static BigDecimal amount(Bill bill) {
        return new BigDecimal(bill.amount());
    }
}
