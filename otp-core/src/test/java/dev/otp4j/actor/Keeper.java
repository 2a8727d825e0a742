/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.testkit.Expect.SOON;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import java.util.ArrayList;
import java.util.List;

/** An actor that keeps the messages it gets, and stops or throws when it is told to. */
final class Keeper {
    static final ExitReason BROKEN = ExitReason.abnormal("broken");

    record Get(Subject<Object> replyTo) {}

    record Stop(ExitReason reason) {}

    record Throw(Throwable thrown) {}

    private Keeper() {}

    /** Keeps what it gets, stops and throws when told. */
    static Next<List<Object>, Object> keep(List<Object> seen, Object message) throws Exception {
        switch (message) {
            case Get(var replyTo) -> replyTo.send(List.copyOf(seen));
            case Stop(ExitReason reason) -> {
                return Next.stop(reason);
            }
            case Throw(Throwable thrown) -> {
                if (thrown instanceof Exception e) throw e;
                throw (Error) thrown;
            }
            default -> {
                var more = new ArrayList<>(seen);
                more.add(message);
                return Next.continueWith(more);
            }
        }
        return Next.continueWith(seen);
    }

    static ActorBuilder<List<Object>, Object, Subject<Object>> keeper() {
        return Actor.<List<Object>>startingWith(List::of).onMessage(Keeper::keep);
    }

    static Object seenBy(Subject<Object> actor) {
        return actor.call(SOON, Get::new);
    }

    static Pid unlinked(Pid pid) {
        Processes.unlink(pid);
        return pid;
    }
}
