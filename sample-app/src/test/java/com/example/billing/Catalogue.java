/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;

/** Has a slow initialiser, which loads the catalogue. */
@SupervisedActor(supervisor = BillingSupervisor.class, order = 0, trapExits = false)
public class Catalogue implements Actor<Integer, Catalogue.Find> {
    /** Looks for a product. */
    public record Find(String product) {}

    private final Paper paper;

    Catalogue(Paper paper) {
        this.paper = paper;
    }

    @Override
    public Integer init(Subject<Find> self) throws InterruptedException {
        paper.await(Duration.ofMillis(1200));
        return 0;
    }

    @Override
    public Next<Integer, Find> onMessage(Integer found, Find find) {
        return Next.continueWith(found + 1);
    }
}
