/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.StartError;
import dev.otp4j.process.CallException;
import dev.otp4j.supervisor.ChildStartFailure;
import dev.otp4j.supervisor.OtpStartException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which child could not be started, under which supervisor, why, and what to do. */
final class StartFailureAnalyzer extends AbstractFailureAnalyzer<OtpStartException> {
    private final BeanFactory beans;

    StartFailureAnalyzer(BeanFactory beans) {
        this.beans = beans;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, OtpStartException cause) {
        ChildStartFailure failure = cause.failure();
        return failure == null ? null : child(rootFailure, failure, type(failure.id()));
    }

    private static FailureAnalysis child(
            Throwable rootFailure, ChildStartFailure failure, String type) {
        return new FailureAnalysis(
                "'%s'%s could not be started by its supervisor '%s': %s."
                        .formatted(failure.path(), type, failure.supervisor(), failure.error()),
                action(failure),
                rootFailure);
    }

    private static String action(ChildStartFailure failure) {
        return switch (failure.error()) {
            case StartError.InitTimeout timeout ->
                    "Raise 'initTimeout' in the @SupervisedActor of '%s' or 'otp.supervision.init-timeout', or let 'init' send the actor a message and do what takes long when it comes."
                            .formatted(failure.id());
            case StartError.InitFailed failed ->
                    "Remove the reason that the initialiser of '%s' gives.".formatted(failure.id());
            case StartError.MaxChildren full ->
                    "Raise 'maxChildren' of the factory that '%s' starts a child of."
                            .formatted(failure.id());
            case StartError.Ignored ignored -> "'%s' declined to start.".formatted(failure.id());
            case StartError.InitExited exited
                    when failure.cause() instanceof CallException.NotRegistered ->
                    "Give '%s' a higher 'order' than what it calls, or let its 'init' send the actor a message and call when it comes."
                            .formatted(failure.id());
            case StartError.InitExited exited ->
                    "Remove the cause, which the stack trace of the log at debug level shows in full. If '%s' can do without it at first, let 'init' send the actor a message and try when it comes."
                            .formatted(failure.id());
        };
    }

    private String type(String child) {
        if (!(beans instanceof ConfigurableListableBeanFactory factory)) return "";
        String bean = ActorDeclaration.beanName(child);
        if (!factory.containsBeanDefinition(bean)) return "";
        Class<?> type = factory.getType(bean, false);
        return type == null ? "" : " (" + type.getName() + ")";
    }
}
