/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.Started;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.ChildType;
import org.jspecify.annotations.Nullable;
import org.springframework.core.metrics.ApplicationStartup;
import org.springframework.core.metrics.StartupStep;

/**
 * Records the start of the tree and of each declared child as steps of the application's start-up.
 * The step of an actor lasts until its initialiser has returned. Starts after that, such as
 * restarts, are no steps.
 */
final class StartSteps {
    /** The name of the step in which the whole tree starts. */
    static final String TREE = "otp.tree.start";

    /** The name of the step in which a supervisor and its children start. */
    static final String SUPERVISOR = "otp.supervisor.start";

    /** The name of the step in which an actor starts. */
    static final String ACTOR = "otp.actor.start";

    private final ApplicationStartup startup;
    private volatile boolean recording; // written by the thread that starts the tree

    StartSteps(ApplicationStartup startup) {
        this.startup = startup;
    }

    /** Starts the tree in a step of its own; children that start meanwhile are steps in it. */
    void tree(Runnable start) {
        StartupStep step = startup.start(TREE);
        recording = true;
        try {
            start.run();
        } finally {
            recording = false;
            step.end();
        }
    }

    /** The same child, with a step for each of its starts. */
    <D> ChildSpecification<D> recorded(String path, ChildSpecification<D> child) {
        if (startup == ApplicationStartup.DEFAULT) return child;
        String name = child.type() == ChildType.SUPERVISOR ? SUPERVISOR : ACTOR;
        return child.aroundStart(start -> () -> recorded(name, path, start));
    }

    private <D> Started<D> recorded(String name, String path, ChildSpecification.Start<D> start)
            throws Exception {
        StartupStep step = recording ? startup.start(name).tag("path", path) : null;
        try {
            return start.start();
        } catch (Throwable thrown) {
            if (step != null) step.tag("failure", thrown.getClass().getName());
            throw thrown;
        } finally {
            end(step);
        }
    }

    private static void end(@Nullable StartupStep step) {
        if (step != null) step.end();
    }
}
