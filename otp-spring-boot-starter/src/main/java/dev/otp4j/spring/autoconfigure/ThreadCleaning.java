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
 * Clears a thread between two actors: the state that Spring and related libraries keep for the
 * thread, as far as they are on the class path, and the state that the application's own cleaners
 * clear.
 *
 * <p>This runs once for each message after which one actor hands its thread over to another. So it
 * uses direct calls, which the JIT compiler can inline; a list of cleaners would need a virtual
 * call for each.
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

    // a separate class for each library, loaded only if the library is present

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
                        "a handler left transaction resources bound to its thread: "
                                + TransactionSynchronizationManager.getResourceMap().keySet());
            }
        }
    }
}
