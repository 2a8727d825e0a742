/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

/**
 * Clears what a library keeps for the current thread, before another actor runs on it: a bean for a
 * library that the starter does not know.
 *
 * {@snippet :
 * @Bean
 * ThreadCleaner tenantCleaner() {
 *     return TenantContext::clear;
 * }
 * }
 *
 * <p>An actor's handler that sends to an idle actor lends that its thread when it has ended. The
 * logging context (MDC), the locale, and, where they are on the class path, the request attributes,
 * the security context and the transaction synchronisation are cleared anyway. Called on the thread
 * itself, between two handlers; it must be quick and must not block. If it throws, that is logged
 * and the thread is not used again.
 *
 * <p>Counterpart: none; an Erlang process shares its dictionary with nobody.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ThreadCleaner {
    /** Clears it. */
    void clean();
}
