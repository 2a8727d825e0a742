/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessContext;
import dev.otp4j.process.ProcessInfo;
import org.slf4j.MDC;

/**
 * Puts the path of the process that a thread runs, or reports on, into SLF4J's MDC. A process
 * without a path has no entry.
 */
final class MdcContext implements ProcessContext {
    static final String KEY = "otp.path";

    private final boolean reportsOnly;

    MdcContext(boolean reportsOnly) {
        this.reportsOnly = reportsOnly;
    }

    @Override
    public void enter(Pid process) {
        String path = ProcessInfo.pathOf(process).orElse(null);
        if (path != null) MDC.put(KEY, path);
    }

    @Override
    public void leave(Pid process) {
        MDC.remove(KEY);
    }

    @Override
    public boolean reportsOnly() {
        return reportsOnly;
    }
}
