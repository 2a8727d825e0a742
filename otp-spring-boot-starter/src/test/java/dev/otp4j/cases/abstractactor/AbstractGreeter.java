/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.abstractactor;

import dev.otp4j.actor.Actor;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;

@SupervisedActor
abstract class AbstractGreeter implements Actor<Integer, String> {
    @Override
    public Integer init(Subject<String> self) {
        return 0;
    }
}
