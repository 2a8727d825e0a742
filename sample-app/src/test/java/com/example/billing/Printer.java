/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;

/** Hangs: it waits for paper that does not come. */
@SupervisedActor(supervisor = BillingSupervisor.class, order = 2, trapExits = false)
public class Printer implements Actor<Integer, Printer.Print> {
    /** Prints a page. */
    public record Print(Subject<Integer> replyTo) {}

    private final Paper paper;

    Printer(Paper paper) {
        this.paper = paper;
    }

    @Override
    public Integer init(Subject<Print> self) {
        return 0;
    }

    @Override
    public Next<Integer, Print> onMessage(Integer pages, Print print) throws InterruptedException {
        feed();
        print.replyTo().send(pages + 1);
        return Next.continueWith(pages + 1);
    }

    private void feed() throws InterruptedException {
        paper.await();
    }
}
