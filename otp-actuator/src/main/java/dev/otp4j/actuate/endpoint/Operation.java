/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.TreeNode;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.supervisor.ChildFailure;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.KeyedFactory;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.RestartChildResult;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.TerminateChildResult;
import dev.otp4j.sys.Sys;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation on one node, as the node was when the request came.
 *
 * @param node the node
 * @param supervisor the process of its supervisor, or null
 * @param parked its parked messages
 */
record Operation(TreeNode node, @Nullable Pid supervisor, ParkedAt parked) {
    /** So many messages are recorded. */
    static final int RECORDED = 100;

    /** Why the action does not apply to the node; empty if it does. Asks no process. */
    Optional<Outcome> refused(OtpAction action) {
        String why =
                switch (action) {
                    case RESTART, START, STOP -> notSupervised(action);
                    case KILL -> isRoot() ? ofRoot(action) : notAlive();
                    case SUSPEND -> notToSuspend();
                    case RESUME -> notToResume();
                    case START_RECORDER, STOP_RECORDER -> notAlive();
                    case REPLAY_PARKED, DISCARD_PARKED ->
                            parked.isEmpty() ? "none of its messages is parked" : null;
                };
        return Optional.ofNullable(why).map(Outcome::refused);
    }

    private boolean isRoot() {
        return node.path().equals("/");
    }

    private boolean isSuspended() {
        return node.state() == TreeNode.State.SUSPENDED;
    }

    private static String ofRoot(OtpAction action) {
        return "the root supervisor has no supervisor: '%s' would stop the whole system; stop or restart the application"
                .formatted(Texts.lowerCase(action));
    }

    private @Nullable String notAlive() {
        boolean alive = node.pid() != null && Processes.isAlive(node.pid());
        return alive ? null : "it is " + Texts.lowerCase(node.state()) + ": it has no process now";
    }

    private @Nullable String notToSuspend() {
        if (node.kind() != TreeNode.Kind.ACTOR) {
            return "it is a supervisor, and a suspended supervisor would restart nothing; suspend its actors";
        }
        return isSuspended() ? "it is suspended already" : notAlive();
    }

    private @Nullable String notToResume() {
        if (isSuspended()) return null;
        String dead = notAlive();
        return dead == null ? "it is not suspended" : dead;
    }

    private @Nullable String notSupervised(OtpAction action) {
        if (isRoot()) return ofRoot(action);
        if (action == OtpAction.STOP) {
            return isDownForNow() ? null : notAlive();
        }
        if (isChildOfFactory()) {
            return "a factory forgets a child that it stops, so '%s' does not apply; 'kill' makes the factory start it again, unless its restart policy is TEMPORARY"
                    .formatted(Texts.lowerCase(action));
        }
        if (action == OtpAction.START) {
            return node.state() == TreeNode.State.STOPPED || isLeftDown()
                    ? null
                    : "it is "
                            + Texts.lowerCase(node.state())
                            + ", and only a child that is down can be started";
        }
        return node.restartPolicy() == Restart.TEMPORARY
                ? "it is temporary: its supervisor forgets it when it is stopped"
                : null;
    }

    /** Whether a stop changes something although it has no process. */
    private boolean isDownForNow() {
        return isLeftDown() || node.state() == TreeNode.State.RESTARTING && !isChildOfFactory();
    }

    private boolean isLeftDown() {
        return node.state() == TreeNode.State.FAILED;
    }

    private boolean isChildOfFactory() {
        return supervisor != null && FactorySupervisor.of(supervisor).isPresent();
    }

    /** Does it; waits for as long as that takes. */
    Outcome run(OtpAction action) {
        try {
            return switch (action) {
                case RESTART -> restart();
                case STOP -> stop();
                case START -> start("started");
                case KILL -> kill();
                case SUSPEND ->
                        asked(() -> Sys.suspend(pid()), "suspended: its messages stay queued");
                case RESUME -> asked(() -> Sys.resume(pid()), "resumed");
                case START_RECORDER ->
                        asked(
                                () -> Sys.log(pid(), RECORDED),
                                "records the types of its last " + RECORDED + " messages");
                case REPLAY_PARKED -> parked.replay();
                case DISCARD_PARKED -> parked.discard();
                case STOP_RECORDER -> asked(() -> Sys.log(pid(), 0), "records no more");
            };
        } catch (CallException.CalleeDown gone) {
            return Outcome.failed(
                    "the process or its supervisor ended before the operation was done");
        }
    }

    private Pid pid() {
        Pid pid = node.pid();
        if (pid == null) throw new IllegalStateException("no process: " + node.path());
        return pid;
    }

    private Outcome asked(Runnable request, String done) {
        try {
            request.run();
            return Outcome.done(done);
        } catch (CallException.TimedOut busy) {
            return Outcome.accepted("the process is busy; it does this after its current message");
        } catch (IllegalArgumentException body) {
            return Outcome.refused(
                    "the process runs no actor, so it cannot be suspended, resumed or recorded");
        }
    }

    private Outcome kill() {
        Processes.kill(pid());
        return Outcome.done(
                "killed; its supervisor starts it again if its restart policy and tolerance allow it");
    }

    private Optional<KeyOperation<?>> key() {
        return Optional.ofNullable(supervisor)
                .flatMap(KeyedFactory::of)
                .map(factory -> KeyOperation.of(factory, node.name()));
    }

    private static Outcome startAfresh(KeyOperation<?> key) {
        return key.start("started; its failures so far do not count any more");
    }

    private Outcome restart() {
        Optional<KeyOperation<?>> key = key();
        if (key.isPresent()) return isLeftDown() ? startAfresh(key.get()) : key.get().restart();
        Outcome stopped = stop();
        return stopped.kind() == Outcome.Kind.DONE ? start("stopped and started again") : stopped;
    }

    private Outcome stop() {
        Pid above = supervisor;
        if (above == null) return Outcome.failed("its supervisor has ended");
        Optional<KeyOperation<?>> key = key();
        if (key.isPresent()) return key.get().stop();
        Optional<FactorySupervisor<?, ?>> factory = FactorySupervisor.of(above);
        TerminateChildResult result =
                factory.isPresent()
                        ? factory.get().tryTerminateChild(pid())
                        : StaticSupervisor.of(above)
                                .map(supervising -> supervising.tryTerminateChild(node.name()))
                                .orElse(TerminateChildResult.NOT_FOUND);
        return result == TerminateChildResult.OK
                ? Outcome.done("stopped")
                : Outcome.failed("its supervisor has no such child any more");
    }

    private Outcome start(String done) {
        Optional<KeyOperation<?>> key = key();
        if (key.isPresent()) return startAfresh(key.get());
        Optional<RestartChildResult> result =
                Optional.ofNullable(supervisor)
                        .flatMap(StaticSupervisor::of)
                        .map(supervising -> supervising.tryRestartChild(node.name()));
        if (result.isEmpty()) return Outcome.failed("its supervisor has ended");
        return switch (result.get()) {
            case RestartChildResult.Ok ok -> Outcome.done(done);
            case RestartChildResult.Running running -> Outcome.done("it runs already");
            case RestartChildResult.Restarting restarting ->
                    Outcome.refused("its supervisor is restarting it");
            case RestartChildResult.NotFound notFound ->
                    Outcome.failed("its supervisor has no such child any more");
            case RestartChildResult.Ignored ignored ->
                    Outcome.failed("its initialiser declined to start; it stays stopped");
            case RestartChildResult.Failed(StartError error) ->
                    Outcome.failed("it could not be started, and stays stopped: " + why(error));
        };
    }

    /** Without texts of exceptions. */
    static String why(StartError error) {
        return switch (error) {
            case StartError.InitTimeout timeout -> timeout.toString();
            case StartError.InitFailed failed -> "its initialiser failed";
            case StartError.InitExited exited ->
                    "its initialiser exited: "
                            + new ChildFailure(Instant.now(), exited.reason()).type();
            case StartError.Ignored ignored -> ignored.toString();
            case StartError.MaxChildren full -> full.toString();
        };
    }
}
