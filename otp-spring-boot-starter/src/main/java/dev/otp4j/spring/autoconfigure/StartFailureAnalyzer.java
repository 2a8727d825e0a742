/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpStartException;
import dev.otp4j.process.CallException;
import dev.otp4j.process.StartError;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.ChildStartFailure;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a failed start of a child: names the child, its supervisor and the reason, and says what
 * to do.
 */
final class StartFailureAnalyzer extends AbstractFailureAnalyzer<OtpStartException> {
    private final BeanFactory beans;

    StartFailureAnalyzer(BeanFactory beans) {
        this.beans = beans;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, OtpStartException cause) {
        if (findCause(cause, TreeDeclarationException.class) != null) return null; // has its own
        return cause.failure()
                .map(failure -> child(rootFailure, failure, type(failure.id())))
                .orElse(null);
    }

    private static FailureAnalysis child(
            Throwable rootFailure, ChildStartFailure failure, String type) {
        CreationFailure creation =
                CreationFailure.ofActor(
                        failure.cause().orElse(null), ActorDeclaration.beanName(failure.id()));
        if (creation != null) {
            return new FailureAnalysis(
                    "Supervisor '%s' could not start '%s'%s: %s."
                            .formatted(failure.supervisor(), failure.path(), type, creation.why()),
                    creation.action(),
                    rootFailure);
        }
        return new FailureAnalysis(
                "Supervisor '%s' could not start '%s'%s: %s."
                        .formatted(failure.supervisor(), failure.path(), type, failure.error()),
                action(failure),
                rootFailure);
    }

    private static String action(ChildStartFailure failure) {
        return switch (failure.error()) {
            case StartError.InitTimeout timeout ->
                    "Raise 'initTimeout' in the @SupervisedActor of '%s' or the property 'otp.supervision.init-timeout'. Or shorten its initialiser: let it send the actor a message, and do the slow work in the handler of that message."
                            .formatted(failure.id());
            case StartError.InitFailed failed ->
                    "The initialiser of '%s' reported this failure. Correct its cause."
                            .formatted(failure.id());
            case StartError.MaxChildren full ->
                    "Raise 'maxChildren' of the factory in which '%s' starts a child."
                            .formatted(failure.id());
            case StartError.Ignored ignored ->
                    "The initialiser of '%s' declined to start. Change its condition, or remove the child from the tree."
                            .formatted(failure.id());
            case StartError.InitExited exited
                    when failure.cause().orElse(null) instanceof CallException.NotRegistered ->
                    "Give '%s' a higher 'order' than the actor that it calls. Or call later: let its initialiser send the actor a message, and call in the handler of that message."
                            .formatted(failure.id());
            case StartError.InitExited exited ->
                    "Remove the cause; the log shows its full stack trace at level DEBUG. If '%s' can start without this step, let its initialiser send the actor a message, and try the step in the handler of that message."
                            .formatted(failure.id());
        };
    }

    private String type(String child) {
        if (!(beans instanceof ConfigurableListableBeanFactory factory)) return "";
        String bean = ActorDeclaration.beanName(child);
        if (!factory.containsBeanDefinition(bean)) return "";
        Class<?> type = ActorForm.userClass(factory, bean);
        return type == null ? "" : " (" + type.getName() + ")";
    }
}
