/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * Lincheck's model checking of the mailbox and of its room: for small programs of two threads it
 * tries the interleavings of their memory accesses, and looks for a sequential order of the
 * operations with the same results.
 */
class MailboxModelChecks {

    private static void check(Class<?> operations) {
        new ModelCheckingOptions()
                .iterations(50)
                .invocationsPerIteration(2_000)
                .threads(2)
                .actorsPerThread(3)
                .check(operations);
    }

    @Test
    void placesAreTakenAndGivenBackAsInOneOrder() {
        check(Places.class);
    }

    @Test
    void messagesAreTakenAsInOneOrder() {
        check(Messages.class);
    }

    /** Senders take and give back places, and the owner counts messages out. */
    public static class Places {
        private final Room room = new Room(3);
        private int queued = 2;
        private int unused;

        public Places() {
            for (int i = 0; i < queued; i++) room.enterAnyway();
        }

        @Operation
        public boolean enter() {
            return room.enter();
        }

        /** A sender that may find its receiver dead. */
        @Operation(nonParallelGroup = "withdrawing sender")
        public boolean enterForNow() {
            boolean entered = room.enter();
            if (entered) unused++;
            return entered;
        }

        @Operation(nonParallelGroup = "withdrawing sender")
        public boolean withdraw() {
            if (unused == 0) return false;
            unused--;
            room.withdraw();
            return true;
        }

        @Operation
        public void enterAnyway() {
            room.enterAnyway();
        }

        @Operation(nonParallelGroup = "owner")
        public boolean leave() {
            if (queued == 0) return false;
            queued--;
            room.leave();
            return true;
        }
    }

    /** Senders push, the owner takes or goes idle, and a thread closes the mailbox. */
    public static class Messages {
        private final Mailbox mailbox = new Mailbox();
        private final Backlog backlog = new Backlog();

        @Operation
        public String push(@Param(gen = IntGen.class, conf = "1:9") int message) {
            return mailbox.push(new Node(message)).name();
        }

        @Operation
        public String pushIfRunning(@Param(gen = IntGen.class, conf = "1:9") int message) {
            return String.valueOf(mailbox.pushIfRunning(new Node(message)));
        }

        @Operation(nonParallelGroup = "owner")
        public String next() {
            for (; ; ) {
                if (mailbox.isIdle()) return "is idle";
                Node node = backlog.poll(mailbox);
                if (node != null) return node.item.toString();
                if (mailbox.closed()) return "closed";
                if (mailbox.idle()) return "goes idle";
            }
        }

        @Operation
        public String close() {
            var dropped = new StringBuilder();
            mailbox.close().forEach(node -> dropped.append(node.item).append(' '));
            return dropped.toString();
        }
    }
}
