/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.mistakes.unannotated;

import dev.otp4j.actor.StatefulActor;

/** An actor without an annotation. */
public class Bare implements StatefulActor<BareMessage> {
    @Override
    public Step handle(BareMessage message) {
        return Step.KEEP;
    }
}
