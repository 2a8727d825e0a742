/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.ThreadCleaner;
import java.util.ArrayList;
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
 */
final class ThreadCleaning implements Runnable {
    private final List<ThreadCleaner> cleaners = new ArrayList<>();

    ThreadCleaning(ClassLoader classes, List<ThreadCleaner> own) {
        cleaners.add(MDC::clear);
        cleaners.add(LocaleContextHolder::resetLocaleContext);
        if (present(classes, "org.springframework.web.context.request.RequestContextHolder")) {
            cleaners.add(new Requests());
        }
        if (present(classes, "org.springframework.security.core.context.SecurityContextHolder")) {
            cleaners.add(new Security());
        }
        if (present(
                classes,
                "org.springframework.transaction.support.TransactionSynchronizationManager")) {
            cleaners.add(new Transactions());
        }
        cleaners.addAll(own);
    }

    private static boolean present(ClassLoader classes, String type) {
        return ClassUtils.isPresent(type, classes);
    }

    @Override
    public void run() {
        for (ThreadCleaner cleaner : cleaners) cleaner.clean();
    }

    // each in a class of its own, which is loaded only where its library is

    private static final class Requests implements ThreadCleaner {
        @Override
        public void clean() {
            RequestContextHolder.resetRequestAttributes();
        }
    }

    private static final class Security implements ThreadCleaner {
        @Override
        public void clean() {
            SecurityContextHolder.clearContext();
        }
    }

    private static final class Transactions implements ThreadCleaner {
        @Override
        public void clean() {
            TransactionSynchronizationManager.clear();
            if (!TransactionSynchronizationManager.getResourceMap().isEmpty()) {
                throw new IllegalStateException(
                        "a handler left resources bound to its thread: "
                                + TransactionSynchronizationManager.getResourceMap().keySet());
            }
        }
    }
}
