/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The typed address of a process: messages of one type are sent to it.
 *
 * {@snippet :
 * counter.send(new Add(5));
 * int total = counter.call(Duration.ofSeconds(1), Get::new);
 * }
 *
 * <p>Any thread may send and call. Only the process that owns the subject receives from it. A
 * subject of a name ({@link #named}) is resolved anew at each send, so it reaches the successor of
 * a process that was restarted; any other subject is bound to its owner for good, and what is sent
 * after the owner's death is dropped silently.
 *
 * <p>Messages of one sender arrive in the order in which they were sent. A message must not be
 * changed after it was sent; what the sender did before the send is visible to the handler.
 *
 * <p>It is an interface so that tests can replace an actor. Real subjects come only from {@link
 * #create}, {@link #named} and the start of an actor.
 *
 * <p>Counterpart: {@code gleam/erlang/process.Subject}.
 *
 * @param <M> what can be sent
 * @since 0.1.0
 */
public interface Subject<M> {
    /**
     * How long {@link #call(Function)} waits, unless the runtime says otherwise: 5 s, as gen_server
     * does.
     */
    Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(5);

    /**
     * A new subject owned by the current process.
     *
     * @throws IllegalStateException if the current thread runs no process
     */
    static <M> Subject<M> create() {
        ProcessCell self = Current.processOrThrow("create a subject");
        return new TaggedSubject<>(self, self.newTag());
    }

    /** The subject of a name; all subjects of one name are equal. */
    static <M> Subject<M> named(Name<M> name) {
        return name.subject();
    }

    /**
     * Sends a message. Never blocks, never waits for the receiver.
     *
     * @throws NotRegisteredException if this is the subject of a plain name that has no process;
     *     like what {@link #call} throws it is a {@link SubjectException}
     * @throws ProcessExit if the sending process has ended; nothing is sent
     * @throws NullPointerException if {@code message} is null
     */
    void send(M message);

    /**
     * Sends a message and returns whether it was delivered. Unlike {@link #send} it does not throw
     * for a vacant name.
     *
     * @throws ProcessExit if the sending process has ended; nothing is sent
     */
    Sent trySend(M message);

    /**
     * {@return what sends the message later: each run is one {@link #send}} The message carries the
     * {@link MessageContext} that the calling thread has now. The receiver is looked up when it is
     * sent. Any thread may run it; a thread that runs no process sends as none.
     *
     * {@snippet :
     * Runnable news = subscribers.prepare(new Changed(id));
     * afterwards.add(news); // news.run() behaves as subscribers.send(new Changed(id)) does
     * }
     *
     * <p>By default it calls {@link #send}, with the context of the thread that runs it.
     *
     * @throws NullPointerException if {@code message} is null
     */
    default Runnable prepare(M message) {
        Arguments.notNull("message", message);
        return () -> send(message);
    }

    /**
     * Sends a message after a delay, measured on the runtime's monotonic clock, never earlier. No
     * timer fires in a closed runtime.
     *
     * <p>A timer that a process sets for its own subject belongs to this life of the process: it is
     * void when the process ends, also if this is the subject of a name that a successor takes. If
     * anything else sets a timer for the subject of a name, the name is resolved when the timer
     * fires, so that a successor gets the message; if the name has no process then, the message is
     * dropped silently, or held if the name holds messages. A timer for any other subject is void
     * when the owner ends.
     *
     * <p>Counterpart: {@code erlang:send_after/3}, where a timer for one's own registered name
     * reaches the successor as well.
     *
     * @throws IllegalArgumentException if {@code delay} is negative
     * @throws ProcessExit if the calling process has ended; no timer is set
     */
    Timer sendAfter(Duration delay, M message);

    /**
     * Sends a message again and again: after one period, after two, and so on, until the timer is
     * cancelled. The times are multiples of the period on the runtime's monotonic clock, however
     * late one of the messages was; times that were missed are skipped. While a message of this
     * timer is queued in the receiver's mailbox, no other one is sent, so that a slow receiver
     * never has more than one queued.
     *
     * {@snippet :
     * Timer ticks = self.sendEvery(Duration.ofSeconds(1), new Tick());
     * }
     *
     * <p>The timer ends with the process that sets it. For its own subject, this is also the life
     * of the receiver: each life of a restarted process sets its own timer. A timer for another
     * process's subject also ends with that process, unless this is the subject of a name: then the
     * name is resolved each time, and a message is skipped while the name has no process that has
     * been initialised; it is neither dropped nor held.
     *
     * <p>Counterpart: {@code timer:send_interval/3}, which does pile up messages.
     *
     * @throws IllegalArgumentException if {@code period} is zero or negative
     * @throws UnsupportedOperationException if this is the reply subject of a call
     * @throws ProcessExit if the calling process has ended; no timer is set
     */
    Timer sendEvery(Duration period, M message);

    /**
     * Sends a request and waits for its reply.
     *
     * <p>Blocks the calling thread only, for at most {@code timeout}, which begins before {@code
     * request} is called. The callee is watched meanwhile: its death ends the wait at once. A reply
     * that comes later is dropped and leaves no trace, but is {@linkplain
     * ProcessRuntime#lateReplies counted}. The callee can read the time that is left, see {@link
     * ReplyTo#timeLeft}.
     *
     * <p>If the callee replies with a failure ({@link ReplyTo#fail}), the call throws that
     * exception.
     *
     * @param timeout longest time to wait; zero polls once
     * @param request makes the request from the subject to reply to, which it may take as a {@code
     *     Subject<R>} or as a {@code ReplyTo<R>}
     * @throws CallException.TimedOut if no reply came in time
     * @throws CallException.CalleeDown if the callee was dead or ended first, whatever its reason
     * @throws CallException.NotRegistered if this is the subject of a plain name that has no
     *     process
     * @throws CallException.CallingSelf if a process calls itself
     * @throws CallException.Interrupted if the thread was interrupted; its status is set again
     * @throws IllegalArgumentException if {@code timeout} is negative
     * @throws ProcessExit if the calling process has ended
     */
    <R> R call(Duration timeout, Function<? super ReplyTo<R>, ? extends M> request);

    /**
     * {@link #call(Duration, Function)} with the {@linkplain ProcessRuntime.Builder#callTimeout
     * time limit of the runtime} that the subject's process or name belongs to; {@link
     * #DEFAULT_CALL_TIMEOUT} by default.
     */
    default <R> R call(Function<? super ReplyTo<R>, ? extends M> request) {
        return call(DEFAULT_CALL_TIMEOUT, request);
    }

    /**
     * {@link #call(Duration, Function)} that ends with a deadline, mostly with that of the request
     * that the caller is handling: {@link ReplyTo#deadline}. Without one ({@link Deadline#none}) it
     * waits as {@link #callForever} does.
     *
     * @param deadline until when to wait
     * @throws CallException.TimedOut if no reply came in time; also if the deadline had passed
     *     before: then nothing is sent, and the message says so
     */
    default <R> R call(Deadline deadline, Function<? super ReplyTo<R>, ? extends M> request) {
        if (Arguments.notNull("deadline", deadline).hasPassed()) {
            throw new CallException.TimedOut(toString(), deadline.passedFor());
        }
        return call(deadline.limit(), request);
    }

    /**
     * {@link #call(Duration, Function)} with the outcome as a value: a {@link CallException}
     * becomes {@link CallResult.Failed}, a failure with which the callee replies {@link
     * CallResult.Refused}. An interrupt is a {@code Failed} too; the thread's status is set again.
     *
     * <p>By default any other exception that {@code call} throws is taken for a failure with which
     * the callee has replied. The engine's subjects tell them apart: what {@code request} throws is
     * thrown, and a {@code CallException} with which the callee replies is a {@code Refused}.
     *
     * @throws IllegalArgumentException if {@code timeout} is negative
     * @throws ProcessExit if the calling process has ended
     */
    default <R> CallResult<R> tryCall(
            Duration timeout, Function<? super ReplyTo<R>, ? extends M> request) {
        Arguments.nanos("timeout", timeout);
        Arguments.notNull("request", request);
        try {
            return new CallResult.Replied<>(call(timeout, request));
        } catch (CallException failure) {
            return new CallResult.Failed<>(failure);
        } catch (RuntimeException failure) {
            return new CallResult.Refused<>(failure);
        }
    }

    /**
     * {@link #call(Deadline, Function)} with the outcome as a value, as {@link #tryCall} has it.
     */
    default <R> CallResult<R> tryCall(
            Deadline deadline, Function<? super ReplyTo<R>, ? extends M> request) {
        if (!Arguments.notNull("deadline", deadline).hasPassed()) {
            return tryCall(deadline.limit(), request);
        }
        try {
            return new CallResult.Replied<>(call(deadline, request));
        } catch (CallException failure) {
            return new CallResult.Failed<>(failure);
        }
    }

    /**
     * Sends a request and returns at once; the reply completes the future. No thread waits.
     *
     * <p>The future fails with the exception that {@link #call(Duration, Function)} would throw,
     * which {@code get} and {@code join} wrap; and in any case when {@code timeout} has passed on
     * the runtime's clock, or with {@link CallException.RuntimeClosed} when the runtime is closed.
     * It is completed on a thread of the runtime that runs no process, so a process that needs the
     * reply sends it to itself from the future's callback. Cancelling the future ends the call, not
     * the callee's work; whatever the outcome, nothing is left behind. A process may call itself in
     * this way.
     *
     * <p>By default calls on a virtual thread of its own; the engine's subjects need none.
     *
     * @param timeout longest time until the future is completed
     * @throws IllegalArgumentException if {@code timeout} is negative
     * @throws ProcessExit if the calling process has ended
     */
    default <R> CompletableFuture<R> callAsync(
            Duration timeout, Function<? super ReplyTo<R>, ? extends M> request) {
        return CompletableFuture.supplyAsync(
                () -> call(timeout, request), Thread::startVirtualThread);
    }

    /**
     * {@link #callAsync(Duration, Function)} that ends with a deadline, as {@link #call(Deadline,
     * Function)} does. If the deadline has passed, the future has failed already.
     */
    default <R> CompletableFuture<R> callAsync(
            Deadline deadline, Function<? super ReplyTo<R>, ? extends M> request) {
        if (!Arguments.notNull("deadline", deadline).hasPassed()) {
            return callAsync(deadline.limit(), request);
        }
        try {
            return CompletableFuture.completedFuture(call(deadline, request));
        } catch (CallException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** {@link #call(Duration, Function)} without a time limit; still ends at the callee's death. */
    <R> R callForever(Function<? super ReplyTo<R>, ? extends M> request);

    /**
     * Takes the oldest message of this subject; all others stay queued in their order.
     *
     * <p>Blocks the calling process for at most {@code timeout}; other messages that arrive do not
     * prolong it.
     *
     * @param timeout longest time to wait; zero takes what is there already
     * @return the message, or empty if none came in time
     * @throws IllegalStateException if the current process does not own this subject
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    Optional<M> receive(Duration timeout);

    /**
     * Takes the oldest message of this subject, waiting for it as long as it takes.
     *
     * @throws IllegalStateException if the current process does not own this subject
     */
    M receiveForever();

    /**
     * {@return the process that receives what is sent, dead or alive}
     *
     * @throws NotRegisteredException if this is the subject of a name that has no process
     */
    Pid owner();

    /** {@return the name this subject belongs to} By default it belongs to none. */
    default Optional<Name<M>> name() {
        return Optional.empty();
    }

    /** What became of a message. */
    enum Sent {
        /** It is in the mailbox, or held for the process that adopts the name. */
        SENT,
        /** It was dropped: there was no room in the mailbox, or in what a vacant name holds. */
        FULL,
        /** It was dropped: the process has ended. */
        CLOSED
    }
}
