/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.ThreadCleaner;
import java.util.List;
import org.slf4j.MDC;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * What is cleared on a thread between two actors: what Spring and its companions keep there, as far
 * as they are on the class path, and what the application's own cleaners clear.
 *
 * <p>This runs once per message of actors that hand over to each other, so it is written for the
 * JIT compiler: direct calls that it can put one into the other, where a list of cleaners would
 * cost a call by table for each.
 */
final class ThreadCleaning implements Runnable {
    private final boolean requests;
    private final boolean security;
    private final boolean transactions;
    private final ThreadCleaner[] own;

    ThreadCleaning(ClassLoader classes, List<ThreadCleaner> own) {
        requests = present(classes, "org.springframework.web.context.request.RequestContextHolder");
        security =
                present(classes, "org.springframework.security.core.context.SecurityContextHolder");
        transactions =
                present(
                        classes,
                        "org.springframework.transaction.support.TransactionSynchronizationManager");
        this.own = own.toArray(ThreadCleaner[]::new);
    }

    private static boolean present(ClassLoader classes, String type) {
        return ClassUtils.isPresent(type, classes);
    }

    @Override
    public void run() {
        MDC.clear();
        LocaleContextHolder.resetLocaleContext();
        if (requests) Requests.clean();
        if (security) Security.clean();
        if (transactions) Transactions.clean();
        for (ThreadCleaner cleaner : own) cleaner.clean();
    }

    // each in a class of its own, which is loaded only where its library is

    private static final class Requests {
        static void clean() {
            RequestContextHolder.resetRequestAttributes();
        }
    }

    private static final class Security {
        static void clean() {
            SecurityContextHolder.clearContext();
        }
    }

    private static final class Transactions {
        static void clean() {
            TransactionSynchronizationManager.clear();
            if (!TransactionSynchronizationManager.getResourceMap().isEmpty()) {
                throw new IllegalStateException(
                        "a handler left resources bound to its thread: "
                                + TransactionSynchronizationManager.getResourceMap().keySet());
            }
        }
    }
}
