/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.unfit;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;

/** An actor that does nothing. */
public abstract class Idle implements Actor<String, String> {
    @Override
    public String init(Subject<String> self) {
        return "";
    }

    @Override
    public Next<String, String> onMessage(String state, String message) {
        return Next.continueWith(state);
    }
}
