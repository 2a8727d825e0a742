/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

/**
 * Clears the state that a library keeps for the current thread, before another actor runs on that
 * thread. Define a bean of this type for each library that the starter does not clear by itself.
 *
 * {@snippet :
 * @Bean
 * ThreadCleaner tenantCleaner() {
 *     return TenantContext::clear;
 * }
 * }
 *
 * <p>When a handler sends a message to an idle actor, that actor may run next on the handler's
 * thread. In between, the starter clears the logging context (MDC), the locale and, if they are on
 * the class path, the request attributes, the security context and the transaction synchronisation.
 * It then calls the {@code ThreadCleaner} beans, on that thread. A cleaner must be quick and must
 * not block. If it throws, the exception is logged and the thread is not used again.
 *
 * <p>Counterpart: none; in Erlang each process has a process dictionary of its own.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ThreadCleaner {
    /** Clears the state that the library keeps for the current thread. */
    void clean();
}
