/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;

/** Its mailbox grows: it needs 50 ms for each message. */
@SupervisedActor(supervisor = BillingSupervisor.class, order = 1, trapExits = false)
public class Archive implements Actor<Integer, Archive.Store> {
    /** Stores a document. */
    public record Store(int document) {}

    private final Paper paper;

    Archive(Paper paper) {
        this.paper = paper;
    }

    @Override
    public Integer init(Subject<Store> self) {
        return 0;
    }

    @Override
    public Next<Integer, Store> onMessage(Integer stored, Store store) throws InterruptedException {
        paper.await(Duration.ofMillis(50));
        return Next.continueWith(stored + 1);
    }
}
