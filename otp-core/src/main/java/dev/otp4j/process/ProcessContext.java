/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Puts something into the current thread while it runs a process, and while it delivers a report
 * about one: the path for log lines, as a rule. See {@link ProcessRuntime.Builder#processContext}.
 *
 * {@snippet :
 * class PathInMdc implements ProcessContext {
 *     public void enter(Pid process) {
 *         ProcessInfo.pathOf(process).ifPresent(path -> MDC.put("otp.path", path));
 *     }
 *
 *     public void leave(Pid process) {
 *         MDC.remove("otp.path");
 *     }
 * }
 * }
 *
 * <p>The runtime calls {@link #enter} and {@link #leave} in pairs, on the same thread, and never
 * enters a second process before it has left the first one. It enters a process
 *
 * <ul>
 *   <li>once for each activation, not for each message: before a batch of messages, which may be
 *       one, also if the thread goes on with it from another process. The initialiser and what the
 *       process does at its end are parts of an activation;
 *   <li>around a body of {@link Processes#spawn} or {@link Processes#run};
 *   <li>around the log lines of the library and the calls of listeners that are about the process:
 *       a crash, a restart, a stuck handler, a zombie. These run on threads of the runtime, and the
 *       process may have ended.
 * </ul>
 *
 * <p>Both methods must return at once, must not block and must not send. What they throw is logged,
 * once a minute at most, and does no harm to the process. Several threads call them at once.
 *
 * <p>Counterpart: {@code logger:set_process_metadata/1}.
 *
 * @since 0.1.0
 */
public interface ProcessContext {
    /** The current thread begins to work for a process, or to report on it. */
    void enter(Pid process);

    /**
     * The current thread has finished what it did for the process. Also called if {@link #enter}
     * has thrown.
     */
    void leave(Pid process);

    /**
     * {@return whether only reports enter a context, and processes do not} Asked once, when the
     * runtime gets this. False by default.
     */
    default boolean reportsOnly() {
        return false;
    }
}
