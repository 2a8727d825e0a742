/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Pid;
import dev.otp4j.process.StartError;
import java.util.function.Supplier;

/** Turns what came of a request to a supervisor into a return value or an exception. */
final class Outcomes {
    private final Object supervisor;

    /**
     * @param supervisor its handle; messages show it as text
     */
    Outcomes(Object supervisor) {
        this.supervisor = supervisor;
    }

    /** What came of a start, with a failure as a value. */
    static <D> StartResult<D> startOf(Supplier<Started<D>> start) {
        try {
            return new StartResult.Ok<>(start.get());
        } catch (StartException failure) {
            return new StartResult.Failed<>(failure.error());
        }
    }

    <D> Started<D> started(String id, StartChildResult<D> result) {
        return switch (result) {
            case StartChildResult.Ok<D>(Started<D> started) -> started;
            case StartChildResult.Ignored<D> ignored -> throw failed(id, new StartError.Ignored());
            case StartChildResult.Failed<D>(StartError error) -> throw failed(id, error);
            case StartChildResult.AlreadyStarted<D>(Pid pid) ->
                    throw new ChildException.Running(
                            id,
                            "%s has a child '%s' already, which runs as %s: give the new one another id"
                                    .formatted(supervisor, id, pid));
            case StartChildResult.AlreadyPresent<D> present ->
                    throw new ChildException.AlreadyPresent(
                            id,
                            "%s has a child '%s' already, which does not run: restart it, or terminate and delete it first"
                                    .formatted(supervisor, id));
        };
    }

    /** For a child of a factory. */
    <D> Started<D> started(StartResult<D> result) {
        return switch (result) {
            case StartResult.Ok<D>(Started<D> started) -> started;
            case StartResult.Failed<D>(StartError error) ->
                    throw new StartException(
                            "a child of %s could not be started".formatted(supervisor), error);
        };
    }

    Started<?> restarted(String id, RestartChildResult result) {
        return switch (result) {
            case RestartChildResult.Ok(Started<?> started) -> started;
            case RestartChildResult.Ignored ignored -> throw failed(id, new StartError.Ignored());
            case RestartChildResult.Failed(StartError error) -> throw failed(id, error);
            case RestartChildResult.NotFound none -> throw notFound(id);
            case RestartChildResult.Restarting restarting -> throw restarting(id);
            case RestartChildResult.Running(Pid pid) ->
                    throw new ChildException.Running(
                            id,
                            "child '%s' of %s runs as %s: terminate it first"
                                    .formatted(id, supervisor, pid));
        };
    }

    void terminated(String child, TerminateChildResult result) {
        if (result == TerminateChildResult.NOT_FOUND) throw notFound(child);
    }

    void deleted(String id, DeleteChildResult result) {
        switch (result) {
            case OK -> {}
            case NOT_FOUND -> throw notFound(id);
            case RESTARTING -> throw restarting(id);
            case RUNNING ->
                    throw new ChildException.Running(
                            id,
                            "child '%s' of %s runs: terminate it first".formatted(id, supervisor));
        }
    }

    private StartException failed(String id, StartError error) {
        return new StartException(
                "child '%s' of %s could not be started".formatted(id, supervisor), error);
    }

    private ChildException notFound(String child) {
        return new ChildException.NotFound(
                child, "%s has no child '%s'".formatted(supervisor, child));
    }

    private ChildException restarting(String id) {
        return new ChildException.Restarting(
                id, "%s is restarting child '%s': terminate it first".formatted(supervisor, id));
    }
}
