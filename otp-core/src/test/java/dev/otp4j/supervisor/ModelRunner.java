/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has steps happen in the model. */
final class ModelRunner {
    private final ModelWorld world;
    private final ModelGenerator generator;

    /** The supervisor at which things have queued up, if it came to that. */
    private boolean gated;

    ModelRunner(ModelWorld world, ModelGenerator generator) {
        this.world = world;
        this.generator = generator;
    }

    /** What came of it, one answer for each request. */
    List<String> run(ModelStep step) {
        gated = false;
        var answers = new ArrayList<@Nullable String>();
        switch (step) {
            case ModelStep.Request request -> ask(request, answers);
            case ModelStep.End end -> end(end);
            case ModelStep.Plan(String path, var outcomes) -> world.plan.add(path, outcomes);
            case ModelStep.Pass pass -> {}
            case ModelStep.Close(ExitReason reason) ->
                    world.root().inbox.add(new ModelSupervisor.Ends(reason));
            case ModelStep.Meanwhile meanwhile -> meanwhile(meanwhile, answers);
        }
        world.run();
        world.gate = () -> {};
        return answers.stream().map(answer -> answer == null ? "Down" : answer).toList();
    }

    /** Whether the start function of a {@link ModelStep.Meanwhile} was reached. */
    boolean wasGated() {
        return gated;
    }

    private void meanwhile(ModelStep.Meanwhile step, List<@Nullable String> answers) {
        world.plan.clear();
        world.plan.add(step.cause().path(), step.outcomes());
        var at = (ModelSupervisor) world.at(step.path());
        world.gate =
                () -> {
                    gated = true;
                    if (!at.isAlive()) return; // it has given up, and a successor starts
                    generator.queue(at, step.queued());
                    for (ModelStep queued : step.queued()) {
                        if (queued instanceof ModelStep.Request request) ask(request, answers);
                        else end((ModelStep.End) queued);
                    }
                };
        end(step.cause());
        world.run();
        world.plan.clear();
    }

    private void end(ModelStep.End end) {
        ModelProcess process = world.at(end.path());
        switch (end.how()) {
            case STOP -> ((ModelWorker) process).terminates(end.reason());
            case THROW ->
                    ((ModelWorker) process).terminates(ExitReason.abnormal(ModelWorld.thrown()));
            case SIGNAL, LINK -> process.signal(end.reason());
        }
    }

    private void ask(ModelStep.Request request, List<@Nullable String> answers) {
        int index = answers.size();
        answers.add(null);
        var to = (ModelSupervisor) world.at(request.path());
        to.inbox.add(new ModelSupervisor.Asked(() -> answers.set(index, answer(to, request))));
    }

    private static String answer(ModelSupervisor to, ModelStep.Request request) {
        return switch (request) {
            case ModelStep.Start(var path, ModelSpec child) ->
                    child.isRefused(to.spec.autoShutdown())
                            ? "IllegalArgumentException"
                            : ((ModelStatic) to).add(child);
            case ModelStep.Terminate(var path, String id) -> ((ModelStatic) to).terminate(id);
            case ModelStep.Again(var path, String id) -> ((ModelStatic) to).again(id);
            case ModelStep.Delete(var path, String id) -> ((ModelStatic) to).delete(id);
            case ModelStep.Make make -> ((ModelFactory) to).make();
            case ModelStep.Stop(var path, String label) -> ((ModelFactory) to).stopChild(label);
        };
    }
}
