/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.mistakes.first;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.spring.SupervisedActor;

/** Has the simple name of another actor. */
@SupervisedActor
public class Stock implements StatefulActor<String> {
    @Override
    public Step handle(String message) {
        return Step.KEEP;
    }
}
