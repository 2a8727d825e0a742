/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/**
 * The pid for threads that run no process: it is the sender of their exit signals, and the parent
 * of the processes that they start. It takes no message and never ends.
 */
final class RuntimePort extends ProcessPort {
    private final Engine runtime;

    RuntimePort(Engine runtime) {
        super(0);
        this.runtime = runtime;
    }

    @Override
    public NodeId node() {
        return runtime.node;
    }

    @Override
    boolean alive() {
        return true;
    }

    @Override
    @Nullable ExitReason exitReason() {
        return null;
    }

    @Override
    Owed enqueue(Node node) {
        return Owed.REFUSED;
    }

    @Override
    Owed enqueueIfRunning(Node node) {
        return Owed.REFUSED;
    }

    @Override
    void settle(Owed owed, @Nullable Debtor sender) {}

    @Override
    Debts debts() {
        return runtime.debts;
    }

    @Override
    boolean watch(Watcher watcher) {
        return true;
    }

    @Override
    void unwatch(Watcher watcher) {}

    @Override
    void signal(Debtor debtor, ProcessPort sender, ExitReason reason) {}

    @Override
    String describe(ReplyCell call) {
        return "it stands for the threads that run no process";
    }
}
