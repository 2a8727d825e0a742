/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.process.Behavior;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Startup;
import dev.otp4j.process.Subject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The process of a probe that is called, watched or sent timers: what needs an owner. A plain send
 * does not need it.
 */
final class ProbeRelay<M> extends Behavior<ProbeRelay.Relayed<M>> {
    /**
     * A message that the engine delivers.
     *
     * @param recorded whether the probe knows it already: a request is recorded by its caller
     */
    record Relayed<M>(M message, boolean recorded) {}

    /** The relay, and where to send to it. */
    record Running<M>(Pid pid, Subject<Relayed<M>> subject) {}

    private final Consumer<M> recorder;
    private final Consumer<M> answers;

    private ProbeRelay(Consumer<M> recorder, Consumer<M> answers) {
        this.recorder = recorder;
        this.answers = answers;
    }

    /**
     * Starts a relay in the runtime of the current process, or in the default one. It has no
     * parent: it lives until the probe is closed.
     */
    @SuppressWarnings("unchecked") // init returns its own subject
    static <M> Running<M> start(Consumer<M> recorder, Consumer<M> answers) {
        ProcessRuntime runtime = ProcessRuntime.current();
        var options = ProcessOptions.defaults().linked(false).runtime(runtime);
        var relay = new ProbeRelay<>(recorder, answers);
        return switch (Processes.outside(() -> Behavior.start(relay, options))) {
            case Startup.Running(Pid pid, @Nullable Object subject) ->
                    new Running<>(pid, (Subject<Relayed<M>>) subject);
            case Startup.NotStarted(var error) ->
                    throw new IllegalStateException("the probe's process did not start: " + error);
        };
    }

    static boolean isRelay(Pid pid) {
        return dev.otp4j.process.ProcessInfo.moduleOf(pid)
                .filter(module -> module == ProbeRelay.class)
                .isPresent();
    }

    @Override
    protected Object init() {
        return self();
    }

    @Override
    protected void handle(Relayed<M> relayed) {
        if (!relayed.recorded()) recorder.accept(relayed.message());
        answers.accept(relayed.message());
    }
}
