/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.testkit;

import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests an application and a browser that shows its page; one of each for all test classes.
 * Without a browser the tests are skipped, unless {@code OTP4J_CI=1} is in the environment.
 *
 * @param <R> the type of the parameter: what runs
 */
public abstract class PageExtension<R extends AutoCloseable>
        implements ParameterResolver, ExecutionCondition, AfterAllCallback {
    private final Class<R> type;
    private final Supplier<R> start;
    private final Function<R, Browser> browser;

    protected PageExtension(Class<R> type, Supplier<R> start, Function<R, Browser> browser) {
        this.type = type;
        this.start = start;
        this.browser = browser;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return Browser.condition();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == type;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return store(context).computeIfAbsent(type, any -> start.get(), type);
    }

    /** Otherwise the page sends requests while the tests of other classes run. */
    @Override
    public void afterAll(ExtensionContext context) {
        R running = store(context).get(type, type);
        if (running != null) browser.apply(running).leave();
    }

    private ExtensionContext.Store store(ExtensionContext context) {
        return context.getRoot().getStore(ExtensionContext.Namespace.create(getClass()));
    }
}
