/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.transaction;

import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.ProcessExit;
import dev.otp4j.process.Subject;
import java.util.Objects;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Sends messages when the current transaction commits.
 *
 * {@snippet :
 * @Transactional
 * void pay(Order order) {
 *     orders.markPaid(order);
 *     AfterCommit.send(shipping, new Paid(order.id()));
 * }
 * }
 *
 * <p>A message is sent after the commit of the transaction that surrounds the call, in the order of
 * the calls. It is dropped if that transaction rolls back, and also if a nested transaction or a
 * savepoint in which it was sent rolls back. A transaction with {@code REQUIRES_NEW} sends its own
 * messages at its own commit. Without a transaction the message is sent at once.
 *
 * <p>The message carries the context of the call, such as trace id and MDC entries, as with {@link
 * Subject#send}.
 *
 * <p>The transaction has committed when the message is sent. So what fails then is reported in the
 * log, at {@code ERROR} with the type of the message and its receiver, and the caller gets no
 * exception. If the JVM ends between the commit and the send, the message is lost.
 *
 * <p>This works with the transactions of Spring that belong to a thread. A reactive transaction
 * does not: there the message is sent at once.
 *
 * @since 0.1.0
 */
public final class AfterCommit {
    private static final boolean WITH_TRANSACTIONS =
            ClassUtils.isPresent(
                    "org.springframework.transaction.support.TransactionSynchronizationManager",
                    AfterCommit.class.getClassLoader());

    private AfterCommit() {}

    /**
     * Sends a message after the commit of the current transaction, or at once if the thread has no
     * transaction. Does not block in a transaction. After the commit it behaves as {@link
     * Subject#send}, on the thread that commits, which waits there if the receiver's mailbox is
     * full and has a limit that blocks.
     *
     * @throws NotRegisteredException as {@link Subject#send}, if there is no transaction
     * @throws ProcessExit as {@link Subject#send}, if there is no transaction
     * @throws NullPointerException if {@code receiver} or {@code message} is null
     */
    public static <M> void send(Subject<M> receiver, M message) {
        Objects.requireNonNull(receiver, "'receiver' must not be null");
        Objects.requireNonNull(message, "'message' must not be null");
        if (WITH_TRANSACTIONS && inTransaction()) PendingSends.current().add(receiver, message);
        else receiver.send(message);
    }

    private static boolean inTransaction() {
        return TransactionSynchronizationManager.isActualTransactionActive()
                && TransactionSynchronizationManager.isSynchronizationActive();
    }
}
