/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.internal.path.Path;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.StartError;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.ChildStartFailure;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets a tree start without the children that cannot be started, and keeps why they could not.
 *
 * {@snippet :
 * StartFailures failures = new StartFailures(failure -> log(failure));
 * StaticSupervisor.oneForOne().add(failures.tolerated("/", payments));
 * }
 *
 * <p>If the first start of a tolerated child fails, its supervisor goes on as if the child had
 * {@linkplain StartException#ignored() declined}: it keeps the place of the child, without a
 * process, and {@link dev.otp4j.supervisor.StaticSupervisor#restartChild} starts it again. It keeps
 * no place of a temporary child. Later starts and restarts fail as those of any other child. The
 * failure is kept until a start of the child succeeds.
 *
 * <p>Thread-safe. Suits the children of a {@code ONE_FOR_ONE} supervisor: children of other
 * supervisors depend on each other.
 *
 * <p>Counterpart: none; in OTP a child that cannot be started fails its supervisor.
 *
 * @since 0.1.0
 */
public final class StartFailures {
    /*
     * failures  by path of the tolerated child; written by the supervisor that starts it
     * whole     written by the thread that starts the tree
     */
    private final Map<String, ChildStartFailure> failures = new ConcurrentSkipListMap<>();
    private final Predicate<ChildStartFailure> tolerable;
    private final Consumer<Optional<ChildStartFailure>> changed;
    private volatile @Nullable String whole;

    /**
     * Creates an empty collection, for children whose first start may fail for any reason.
     *
     * @param changed is told of each failure of a tolerated child, and with empty that one has
     *     started after all. Called in the supervisor's process: must return at once and not block
     */
    public StartFailures(Consumer<Optional<ChildStartFailure>> changed) {
        this(failure -> true, changed);
    }

    /**
     * Creates an empty collection, for children whose first start may fail for some reasons only.
     *
     * {@snippet :
     * new StartFailures(failure -> failure.cause().orElse(null) instanceof IOException, failure -> log(failure));
     * }
     *
     * @param tolerable whether the supervisor goes on after such a failure, the innermost one;
     *     otherwise its own start fails. Called in the supervisor's process, as {@code changed} is
     * @param changed is told of each failure that is tolerated, and with empty that a child has
     *     started after all. Called in the supervisor's process: must return at once and not block
     */
    public StartFailures(
            Predicate<ChildStartFailure> tolerable, Consumer<Optional<ChildStartFailure>> changed) {
        this.tolerable = Objects.requireNonNull(tolerable, "'tolerable' must not be null");
        this.changed = Objects.requireNonNull(changed, "'changed' must not be null");
    }

    /**
     * The same child, whose first start may fail.
     *
     * @param supervisor path of its supervisor
     */
    public <D> ChildSpecification<D> tolerated(String supervisor, ChildSpecification<D> child) {
        String id = child.id();
        var first = new AtomicBoolean(true);
        return child.aroundStart(
                start -> () -> started(supervisor, id, start, first.getAndSet(false)));
    }

    private <D> Started<D> started(
            String supervisor, String id, ChildSpecification.Start<D> start, boolean first)
            throws Exception {
        String path = Path.join(supervisor, id);
        try {
            Started<D> started = start.start();
            if (failures.remove(path) != null) changed.accept(Optional.empty());
            return started;
        } catch (CallException.Interrupted | InterruptedException calledOff) {
            throw calledOff;
        } catch (Exception thrown) {
            StartError error =
                    thrown instanceof StartException refused
                            ? refused.error()
                            : new StartError.InitExited(ExitReason.of(thrown));
            if (error instanceof StartError.Ignored) throw thrown;
            var failure = new ChildStartFailure(supervisor, id, error).innermost();
            if (first && !tolerable.test(failure)) throw thrown;
            if (first || failures.containsKey(path)) failures.put(path, failure);
            if (!first) throw thrown;
            changed.accept(Optional.of(failure));
            throw StartException.ignored();
        }
    }

    /** Keeps that the whole tree could not be started. */
    public void treeFailed(String why) {
        whole = Objects.requireNonNull(why, "'why' must not be null");
    }

    /** {@return why the whole tree could not be started; empty if it could, or was not tried} */
    public Optional<String> tree() {
        return Optional.ofNullable(whole);
    }

    /** {@return the innermost failures of the children that have not been started, by path} */
    public List<ChildStartFailure> children() {
        return List.copyOf(failures.values());
    }

    /**
     * {@return why the process at a path is not there: the failure of its own start, or of the
     * start of a supervisor above it}
     */
    public Optional<ChildStartFailure> of(String path) {
        for (var failed : failures.entrySet()) {
            String down = failed.getKey();
            if (path.equals(down) || path.startsWith(down + "/")) {
                return Optional.of(failed.getValue());
            }
        }
        return Optional.empty();
    }

    /** {@return whether nothing has failed} */
    public boolean isEmpty() {
        return whole == null && failures.isEmpty();
    }

    /** Forgets all failures: another start begins. */
    public void clear() {
        failures.clear();
        whole = null;
    }
}
