/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.InitFailedException;
import dev.otp4j.process.InitIgnoredException;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;

/**
 * What an initialiser can use, in the new process.
 *
 * {@snippet :
 * Actor.withInitializer(Duration.ofSeconds(1), (Init<Message> init) ->
 *         init.state(0).selecting(selector).returning(init.self()));
 * }
 *
 * @param <M> the actor's messages
 * @since 0.1.0
 */
public final class Init<M> {
    private final Subject<M> self;

    Init(Subject<M> self) {
        this.self = self;
    }

    /** {@return the actor's subject: that of its name if it has one} */
    public Subject<M> self() {
        return self;
    }

    /** {@return initialised with that state} */
    public <S> Initialized<S, M, Subject<M>> state(S state) {
        return new Initialized<>(state, null, self, null);
    }

    /**
     * Turns exit signals into messages for this actor. An exit signal of its parent still ends it,
     * after {@code onTerminate}.
     */
    public void trapExits() {
        Processes.trapExits(true);
    }

    /** Watches a process. */
    public Monitor monitor(Pid pid) {
        return Processes.monitor(pid);
    }

    /**
     * {@return never} The actor cannot start; its starter gets {@link StartError.InitFailed} with
     * the message.
     *
     * @throws InitFailedException always
     */
    public InitFailedException fail(String message) {
        throw new InitFailedException(message);
    }

    /**
     * {@return never} There is nothing to do for the actor; its starter gets {@link
     * StartError.Ignored}. A supervisor keeps the child's specification without a process.
     *
     * @throws InitIgnoredException always
     */
    public InitIgnoredException ignore() {
        throw new InitIgnoredException();
    }
}
