/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.OtpStartException;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.ChildStartFailure;
import dev.otp4j.sys.Sys;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Runs operations on nodes, each on a virtual thread of its own, and waits for one no longer than a
 * while: what takes longer goes on. Each leaves an event and an entry in the {@link OperationLog};
 * one that was not finished in time leaves a second one at its end. Thread-safe.
 */
final class Operator {
    /** How long a request waits for an operation. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    /** So many operations may be unfinished at a time. */
    static final int UNFINISHED = 100;

    private final OtpSystem system;
    private final Observer observer;
    private final OperationLog log;
    private final Duration patience;
    private final Semaphore places = new Semaphore(UNFINISHED);

    Operator(OtpSystem system, Observer observer, OperationLog log, Duration patience) {
        this.system = system;
        this.observer = observer;
        this.log = log;
        this.patience = patience;
    }

    /** Empty if the tree has no node at that path, and the action needs one. */
    Optional<OperationDescriptor> operate(
            String principal, OtpAction action, int most, String path) {
        Optional<TreeNode> node = system.find(path, 0, 1);
        Outcome outcome;
        if (node.isPresent()) {
            outcome = outcome(principal, action, most, node.get());
        } else {
            Optional<Supplier<Outcome>> alone = withoutNode(action, most, path);
            if (alone.isEmpty()) return Optional.empty();
            outcome = performed(principal, action, path, alone.get());
        }
        note(principal, action, path, outcome);
        return Optional.of(
                new OperationDescriptor(
                        path,
                        Texts.lowerCase(action),
                        Texts.lowerCase(outcome.kind()),
                        outcome.text()));
    }

    /**
     * What can be done where the tree has no node: a tree that is down is started, and messages
     * stay parked when the child that left them is gone, such as an idle key of a factory.
     */
    private Optional<Supplier<Outcome>> withoutNode(OtpAction action, int most, String path) {
        var parked = new ParkedAt(system.runtime(), path, most);
        return switch (action) {
            case START -> path.equals("/") ? Optional.of(this::startTree) : Optional.empty();
            case REPLAY_PARKED -> parked.isEmpty() ? Optional.empty() : Optional.of(parked::replay);
            case DISCARD_PARKED ->
                    parked.isEmpty() ? Optional.empty() : Optional.of(parked::discard);
            default -> Optional.empty();
        };
    }

    /** The operations that would not be refused now. */
    List<String> actions(TreeNode node) {
        Operation operation = operation(node, 1);
        return Arrays.stream(OtpAction.values())
                .filter(action -> operation.refused(action).isEmpty())
                .filter(action -> applies(action, node))
                .map(Texts::lowerCase)
                .toList();
    }

    /** Recorders can be started and stopped at any time; one of the two makes sense. */
    private static boolean applies(OtpAction action, TreeNode node) {
        Pid pid = node.pid();
        boolean recorded = pid != null && Sys.peekLogged(pid).isPresent();
        return switch (action) {
            case START_RECORDER -> !recorded;
            case STOP_RECORDER -> recorded;
            default -> true;
        };
    }

    private Operation operation(TreeNode node, int most) {
        String path = node.path();
        int slash = path.lastIndexOf('/');
        Optional<TreeNode> above =
                path.equals("/")
                        ? Optional.empty()
                        : system.find(slash == 0 ? "/" : path.substring(0, slash), 0, 1);
        return new Operation(
                node,
                above.map(TreeNode::pid).orElse(null),
                new ParkedAt(system.runtime(), path, most));
    }

    private Outcome outcome(String principal, OtpAction action, int most, TreeNode node) {
        Operation operation = operation(node, most);
        Optional<Outcome> refused = operation.refused(action);
        if (refused.isPresent()) return refused.get();
        return performed(principal, action, node.path(), () -> operation.run(action));
    }

    private Outcome startTree() {
        try {
            system.start();
            return Outcome.done("the tree has been started");
        } catch (OtpStartException failed) {
            String child = failed.failure().map(ChildStartFailure::path).orElse("/");
            return Outcome.failed("the tree could not be started, because of '" + child + "'");
        }
    }

    private Outcome performed(
            String principal, OtpAction action, String path, Supplier<Outcome> operation) {
        if (!places.tryAcquire()) {
            return Outcome.refused(
                    UNFINISHED + " operations have not finished yet; try again later");
        }
        var running = new CompletableFuture<Outcome>();
        Thread.ofVirtual()
                .name("otp:operation:" + path)
                .inheritInheritableThreadLocals(false)
                .start(() -> run(operation, running));
        return await(running, late -> note(principal, action, path, late));
    }

    private void run(Supplier<Outcome> operation, CompletableFuture<Outcome> running) {
        try {
            running.complete(operation.get());
        } catch (Throwable failed) {
            running.complete(Outcome.failed(failed.getClass().getName()));
        } finally {
            places.release();
        }
    }

    private Outcome await(
            CompletableFuture<Outcome> running, java.util.function.Consumer<Outcome> whenLate) {
        try {
            return running.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | InterruptedException e) {
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            var unused = running.thenAcceptAsync(whenLate, Thread::startVirtualThread);
            return Outcome.accepted("not finished after " + patience + "; the operation continues");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // never: it is completed with a value
        }
    }

    private void note(String principal, OtpAction action, String path, Outcome outcome) {
        String did = Texts.lowerCase(action) + " by " + principal;
        observer.operated(path, did + ": " + Texts.lowerCase(outcome.kind()));
        Runnable line = () -> log.add(principal, action, path, outcome);
        Pid about = system.find(path, 0, 1).map(TreeNode::pid).orElse(null);
        if (about == null) line.run();
        else system.runtime().inContextOf(about, line);
    }
}
