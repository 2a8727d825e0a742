/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Processes, typed subjects, links, monitors and exit signals.
 *
 * <p>Belongs here: everything that is delivered to a process, and what delivers it. May use: {@code
 * internal.threads}, {@code internal.mailbox}, {@code internal.table}, {@code internal.user},
 * {@code internal.path}, {@code internal.marks}, {@code internal.log}. Secret: the process cell,
 * how signals reach it, and which thread runs it.
 *
 * <p>What may be absent is said in one way in all packages of this library:
 *
 * <ul>
 *   <li>A method that answers a question returns an {@link java.util.Optional}.
 *   <li>Parameters, record components and the settings of builders are {@code @Nullable}.
 *   <li>What the engine calls and an application implements, such as {@link Behavior#view}, returns
 *       {@code @Nullable}.
 *   <li>A value of the application that may itself be null, such as a state, is {@code @Nullable}.
 *   <li>{@link Processes#selfOrNull} says so in its name. A {@link ClassLoader} that is null is the
 *       bootstrap class loader, as in the JDK.
 * </ul>
 *
 * <p>What describes something that can be started any number of times is immutable: each method of
 * {@link ProcessOptions}, of the builders of actors and supervisors, and of specifications of
 * children returns a new one. A builder with a method {@code build} makes one thing, is mutable and
 * returns itself.
 *
 * <h2>Map</h2>
 *
 * Each type stands under one heading. Types of one heading may use each other, and those of the
 * headings that it names. {@code ProcessMapTests} reads this list and fails if a type is missing,
 * or uses a heading that its own does not name.
 *
 * <h3>Verbs and settings; uses: Starting, Talking, Reporting, Living and dying, Running, Messages,
 * Values</h3>
 *
 * <ul>
 *   <li>{@code Processes}: the verbs: spawn, link, monitor, kill, exit, register
 *   <li>{@code Subject}: the address that messages are sent to
 *   <li>{@code ReplyTo}: the subject of a call's reply, or of a failure
 *   <li>{@code Deadline}: until when a reply is wanted
 *   <li>{@code Selector}: what a process wants to receive next
 *   <li>{@code Name}: the address that outlives a restart
 *   <li>{@code NamingResult}: what came of giving a process a name
 *   <li>{@code Registry}: a table from keys to processes, by any key
 *   <li>{@code Behavior}: an initialiser, a handler, what is done at the end
 *   <li>{@code ProcessOptions}: how a behaviour is started
 *   <li>{@code ProcessInfo}: what can be read of a process
 *   <li>{@code ProcessRuntime}: threads, clock, timers and listeners of many processes
 *   <li>{@code RuntimeSettings}: what its builder was told
 *   <li>{@code RuntimeWatch}: the runtimes that are built while a test runs
 *   <li>{@code Simulation}: runs processes in a seeded order on a virtual clock
 *   <li>{@code SimulationSeed}: reads the seed that a system property gives
 *   <li>{@code VirtualClock}: the clock of a runtime in a test
 *   <li>{@code SystemControl}: what a system request can do, for {@code dev.otp4j.sys}
 *   <li>{@code CallerThread}: a process on a thread of the application
 *   <li>{@code ExportedSubjects}: subjects that were written as numbers
 *   <li>{@code Leftovers}: ends processes without a supervisor
 *   <li>{@code Patrol}: what the sentry looks at in a runtime
 *   <li>{@code HandOvers}: the sentry's look at hand-over cells
 *   <li>{@code StalledRunners}: the sentry's look at threads that the JDK may have lost
 *   <li>{@code StuckHandlers}: the sentry's look at handlers that are busy for too long
 *   <li>{@code OldestMessages}: the sentry's look at how long messages wait
 *   <li>{@code CallCircles}: the sentry's look at calls that wait for each other
 *   <li>{@code CircularCalls}: fails one of them, if that was asked for
 *   <li>{@code ExhaustionWarmUp}: runs the paths of an exhausted heap once, while there is memory
 * </ul>
 *
 * <h3>Starting; uses: Verbs and settings, Talking, Living and dying, Running, Messages, Values</h3>
 *
 * <ul>
 *   <li>{@code Starter}: creates the cell, links it, launches it, waits for its initialiser
 *   <li>{@code Launched}: a process whose starter does not wait for its initialiser
 * </ul>
 *
 * <h3>Talking; uses: Verbs and settings, Living and dying, Running, Messages, Values</h3>
 *
 * <ul>
 *   <li>{@code EngineSubject}: what all subjects of the engine do: send, call, set timers
 *   <li>{@code LocalSubject}: a process's own subject
 *   <li>{@code TaggedSubject}: one of its further subjects
 *   <li>{@code NamedSubject}: the subject of a name
 *   <li>{@code ReplySubject}: the subject to which a callee replies
 *   <li>{@code Call}: a call: the request goes out, the caller waits, a failure is told
 *   <li>{@code AsyncCall}: a call for which no thread waits
 *   <li>{@code PeriodicSend}: the timer of {@code sendEvery}
 *   <li>{@code SystemCall}: the caller's side of a system request
 * </ul>
 *
 * <h3>Reporting; uses: Verbs and settings, Living and dying, Running, Messages, Values</h3>
 *
 * <ul>
 *   <li>{@code ReportingEngine}: the engine's log lines, listeners and counters
 *   <li>{@code WatchedEngine}: what the sentry and tools see: stuck handlers, zombies, starvation
 *   <li>{@code FailedCall}: a call that got no reply
 *   <li>{@code ProcessListener}: what an application hears of processes
 *   <li>{@code CrashReport}: what a process was when it crashed
 *   <li>{@code CrashReports}: makes them, in the process that crashes
 *   <li>{@code DroppedMessage}: a message that reached no handler
 *   <li>{@code DeadLetters}: counts them and keeps the last few
 *   <li>{@code ParkedMessages}: keeps messages that are handled no more
 *   <li>{@code Diagnosis}: what a callee does instead of replying
 *   <li>{@code ListenerFailures}: how often the failure of a listener is logged
 * </ul>
 *
 * <h3>Living and dying; uses: Running, Messages, Values</h3>
 *
 * <ul>
 *   <li>{@code ProcessPort}: what stands behind a pid: the one way to a process
 *   <li>{@code RuntimePort}: the pid of threads that run no process
 *   <li>{@code ProcessLife}: whether a process lives, and the thread that runs it
 *   <li>{@code ProcessTies}: its links, watchers, monitors, name
 *   <li>{@code ProcessCell}: a local process: its messages, its place, its exit signals
 *   <li>{@code Place}: where a process stands in its tree
 *   <li>{@code Links}: a process's links, in one field
 *   <li>{@code Watcher}: what is told when a process ends, and lists of these
 *   <li>{@code Monitor}: a watcher that sends a message
 *   <li>{@code Down}: that message
 *   <li>{@code NameState}: which process holds a name, and what the name keeps meanwhile
 *   <li>{@code HoldingNames}: the names of a runtime that keep messages
 *   <li>{@code StartCell}: where a starter waits for the initialiser
 *   <li>{@code Beginning}: the first act of a behaviour: name, initialiser, answer to the starter
 *   <li>{@code Aftermath}: what follows from the end of a process
 *   <li>{@code Passivation}: ends a process because it is idle, without losing a message
 *   <li>{@code Unsupervised}: the living processes without a supervisor
 *   <li>{@code Engine}: what processes use of their runtime
 *   <li>{@code EngineSettings}: what it is to be like
 * </ul>
 *
 * <h3>Running; uses: Living and dying, Messages, Values</h3>
 *
 * <ul>
 *   <li>{@code Current}: which process the current thread runs
 *   <li>{@code Debtor}: what a thread still has to do after a step that cannot be taken back
 *   <li>{@code Debts}: the debtors of threads that run no process
 *   <li>{@code Sighted}: the part of a runner that shows what is being handled
 *   <li>{@code HandingRunner}: the part of a runner that hands processes over
 *   <li>{@code Runner}: a thread that runs processes, one after another
 *   <li>{@code HandOver}: the cell in which a receiver waits for its sender's end
 *   <li>{@code Trust}: whether a definition may hand over
 *   <li>{@code Trusts}: the trust of each definition in a runtime
 *   <li>{@code Contexts}: enters and leaves the context of the process that a thread runs, and of
 *       the message that it handles
 *   <li>{@code Activation}: one run of a process: a batch of messages, or a body
 *   <li>{@code BehaviorState}: the engine's side of a behaviour: which method gets which node
 *   <li>{@code HandlerWatch}: times handlers, and shows their messages to a tool
 *   <li>{@code CallersBody}: the body of a process on a thread of the application
 * </ul>
 *
 * <h3>Messages; uses: Living and dying, Running, Values</h3>
 *
 * <ul>
 *   <li>{@code NoteTaker}: the engine's part that notes something with each message
 *   <li>{@code Delivery}: puts a node into a mailbox and schedules the receiver
 *   <li>{@code Envelope}: a message with its subject, and its caller if it is a request
 *   <li>{@code Tick}: the message of a periodic timer
 *   <li>{@code Signal}: a trapped exit, the message of a monitor, a system request
 *   <li>{@code Inbox}: reads a mailbox, in order or selectively
 *   <li>{@code PermitInbox}: the inbox of a process that needs permits of a concurrency limit
 *   <li>{@code RetainedInbox}: the inbox whose messages the next process of a name gets
 *   <li>{@code LeftMessages}: what a dead process leaves, sorted by what becomes of it
 *   <li>{@code MessageFilter}: what a selective receive takes
 *   <li>{@code Rendezvous}: one thread waits for one outcome
 *   <li>{@code BoundedMailbox}: a mailbox with a limit, and the senders that wait for room
 *   <li>{@code RoomWait}: a sender that waits
 *   <li>{@code ReplyCell}: a request that waits for its reply
 *   <li>{@code Timer}: a message that will be sent later
 *   <li>{@code DelayedSend}: the timer of {@code sendAfter}
 *   <li>{@code Timers}: the timers of a runtime
 * </ul>
 *
 * <h3>Values; uses: nothing</h3>
 *
 * <ul>
 *   <li>{@code Pid}: identity of a process
 *   <li>{@code NodeId}: identity of a node
 *   <li>{@code SubjectReference}: a subject as plain numbers
 *   <li>{@code ExitReason}: why a process ended
 *   <li>{@code ProcessExit}: unwinds the code of a process that has ended
 *   <li>{@code ExitMessage}: a trapped exit
 *   <li>{@code Startup}: what a starter of a behaviour sees
 *   <li>{@code StartError}: why a process could not be started
 *   <li>{@code InitFailedException}: the initialiser cannot start
 *   <li>{@code InitIgnoredException}: the initialiser has nothing to do
 *   <li>{@code CallException}: why a call failed
 *   <li>{@code CallResult}: a call's outcome as a value
 *   <li>{@code SubjectException}: why a send or a call failed
 *   <li>{@code RegistrationException}: why a registration failed
 *   <li>{@code NoProcessException}: a process does not live
 *   <li>{@code NotRegisteredException}: a name has no process
 *   <li>{@code ReceiveInterruptedException}: a receive was interrupted
 *   <li>{@code RegisterResult}: what came of registering a key
 *   <li>{@code CallRules}: what is asked of a process that is called and calls
 *   <li>{@code Cancelled}: what came of cancelling a timer
 *   <li>{@code MailboxLimit}: how many messages a mailbox may have
 *   <li>{@code ConcurrencyLimit}: how many handlers may run at the same time, and what waits
 *   <li>{@code Concurrency}: which limit a process has, and which one it passes on
 *   <li>{@code MailboxRetention}: what becomes of a message in hand, where the next process gets
 *       the others
 *   <li>{@code ParkedMessage}: a message that is handled no more
 *   <li>{@code Vacancy}: what becomes of messages for a name without a process
 *   <li>{@code Demand}: what starts the process of a name when a message needs it
 *   <li>{@code Losses}: how many messages a vacant name or a full mailbox has dropped
 *   <li>{@code ExpectedStart}: when a vacant name gets its next process
 *   <li>{@code DropReason}: why a message was dropped
 *   <li>{@code Redaction}: how messages are shown in reports
 *   <li>{@code HandlerTiming}: is told how long handlers take
 *   <li>{@code CallTiming}: is told how long calls take
 *   <li>{@code ProcessContext}: what a thread keeps while it works for a process
 *   <li>{@code MessageContext}: what a message carries from its sender to its handler
 *   <li>{@code Noted}: what a message carries, with the time at which it was queued
 *   <li>{@code Notes}: what a runtime notes with each message
 *   <li>{@code Timing}: which handlers are timed
 *   <li>{@code StuckHandler}: a handler that has been busy with one message for too long
 *   <li>{@code CallCircle}: processes that wait for each other's replies
 *   <li>{@code ApplicationFrames}: tells frames of the application from others
 *   <li>{@code Starvation}: no virtual thread could begin
 *   <li>{@code Zombie}: a dead process whose code still runs
 *   <li>{@code Zombies}: those of a runtime
 *   <li>{@code Arguments}: checks of what users pass in
 * </ul>
 *
 * <h2>A message, step by step</h2>
 *
 * <ol>
 *   <li>{@code EngineSubject.send} looks up the receiver ({@code NamedSubject}: the process that
 *       holds the name now) and makes the node: a bare one for the receiver's own subject, else an
 *       {@code Envelope}. If the runtime notes something with each message ({@code Notes}), it is
 *       an {@code Envelope} too, and carries that.
 *   <li>{@code Delivery} raises the sender's in-call flag, pushes the node with one compare-and-set
 *       on {@code Mailbox.top}, and lowers the flag. The push says what the sender owes: nothing,
 *       an activation, an unpark, or that the mailbox is closed.
 *   <li>If an activation is owed and the sender is a handler, {@code HandingRunner.defer} keeps the
 *       receiver for the sender's thread. Otherwise a new {@code Runner} is started for it.
 *   <li>{@code Activation.drain} takes all nodes at once into the runner's backlog and hands them
 *       one by one to {@code BehaviorState.dispatch}, which calls the handler. What a message
 *       carries is opened before that and closed afterwards ({@code Contexts}).
 *   <li>When nothing is left, one compare-and-set makes the mailbox idle, and the thread goes on
 *       with the process in its hand-over cell, or ends.
 * </ol>
 *
 * <h2>A call, step by step</h2>
 *
 * <ol>
 *   <li>{@code EngineSubject.call} makes a {@code ReplySubject} and gives it to the function that
 *       makes the request. {@code Call.post} delivers that as above; the reply subject knows the
 *       caller's deadline and the node. The node knows the reply subject if it is an {@code
 *       Envelope}, as for a callee that drops requests whose call is over.
 *   <li>The caller waits in {@code ReplyCell.awaitReply}: at first without parking; then it watches
 *       the callee and parks. Before each wait its thread launches what waits in its hand-over
 *       cell.
 *   <li>The first outcome wins, by one compare-and-set on {@code Rendezvous.outcome}: the callee's
 *       reply or failure, the callee's end ({@code Watcher.targetEnded}), or the time limit.
 *   <li>The caller takes its watcher out again. For a time limit {@code Diagnosis} looks at what
 *       the callee is doing, and that stands in the exception.
 * </ol>
 *
 * <h2>A crash, step by step</h2>
 *
 * <ol>
 *   <li>A handler throws. {@code Activation} makes an {@code ExitReason} of it, and calls {@code
 *       terminate}.
 *   <li>{@code Runner.end} has {@code CrashReports} make the report, while the process still has
 *       its state and its links. {@code ReportingEngine} hands it to the queue of reports.
 *   <li>{@code ProcessLife.decide} sets the reason with one compare-and-set: from now on the
 *       process is dead, its name vacant, its timers void. It allocates nothing and runs no code of
 *       the application.
 *   <li>{@code Aftermath} closes the mailbox, frees the name, tells links, watchers and callers,
 *       and counts what was queued as dropped. An error in the middle of it leaves it owed: {@code
 *       Debtor} goes on with it later, or the sentry does.
 *   <li>The supervisor gets an exit message like any other message, and starts the child again.
 * </ol>
 *
 * <h2>A kill, step by step</h2>
 *
 * <ol>
 *   <li>{@code Processes.kill} calls {@code ProcessLife.decide} on the killer's thread, with the
 *       debt recorded in {@code Debts} first.
 *   <li>{@code Aftermath} waits until the victim is in no engine call: nothing that it sends can
 *       come after the news of its death. Then it tells links, watchers and callers.
 *   <li>It unparks or interrupts the thread that runs the victim. The code that is still running is
 *       a zombie now: each verb of the engine that it calls throws {@code ProcessExit}.
 *   <li>When that code returns, {@code ProcessCell.leave} drops what the thread had taken, and the
 *       thread is free of the process: no interrupt can reach it any more.
 * </ol>
 *
 * <h2>Memory contract</h2>
 *
 * <ul>
 *   <li>What a sender did before a send is visible to the handler: the push is a compare-and-set on
 *       {@code Mailbox.top}, the take reads it (volatile).
 *   <li>What a handler wrote is visible to the next handler of the same process, on whatever
 *       thread: going idle and the next push are compare-and-sets on the same word; a hand-over
 *       goes through the volatile cell or stays on one thread.
 *   <li>What a process did before its end is visible to a process that is told of the end: {@code
 *       ProcessLife.exit} and the mailbox of the other process are volatile.
 *   <li>What a callee did before a reply is visible to the caller: {@code Rendezvous.outcome}.
 *   <li>Tools read other fields plainly and may see a moment ago; each such field says so in the
 *       table above it. {@code docs/concurrency.md} has the pairs of weak accesses.
 * </ul>
 */
@NullMarked
package dev.otp4j.process;

import org.jspecify.annotations.NullMarked;
