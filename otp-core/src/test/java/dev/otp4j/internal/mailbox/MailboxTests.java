/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Mailbox.Owner;
import dev.otp4j.testkit.Rule;
import java.util.ArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MailboxTests {
    private final Mailbox mailbox = new Mailbox();
    private final Backlog taken = new Backlog();

    private int depth() {
        return mailbox.stacked() + taken.left();
    }

    private static Node node(Object item) {
        return new Node(item);
    }

    private ArrayList<Object> pollAll() {
        var items = new ArrayList<Object>();
        for (Node node; (node = taken.poll(mailbox)) != null; ) items.add(node.item);
        return items;
    }

    @Test
    @Rule("S-03")
    void handsOutInSendingOrderAcrossTakes() {
        mailbox.push(node(1));
        mailbox.push(node(2));
        assertThat(taken.poll(mailbox)).extracting(n -> n.item).isEqualTo(1);
        mailbox.push(node(3));

        assertThat(pollAll()).containsExactly(2, 3);
    }

    @Nested
    class Push {
        @Test
        void owesNothingToARunningOwner() {
            assertThat(mailbox.push(node(1))).isEqualTo(Owed.NOTHING);
        }

        @Test
        void owesAnActivationOnceAfterIdle() {
            assertThat(mailbox.idle()).isTrue();
            assertThat(mailbox.isIdle()).isTrue();

            assertThat(mailbox.push(node(1))).isEqualTo(Owed.ACTIVATION);
            assertThat(mailbox.push(node(2))).isEqualTo(Owed.NOTHING);
            assertThat(pollAll()).containsExactly(1, 2);
        }

        @Test
        void owesAnUnparkOnceToAWaitingOwner() {
            assertThat(mailbox.beginWait()).isTrue();
            assertThat(mailbox.waiting()).isTrue();

            assertThat(mailbox.push(node(1))).isEqualTo(Owed.UNPARK);
            assertThat(mailbox.push(node(2))).isEqualTo(Owed.NOTHING);
            assertThat(mailbox.waiting()).isFalse();
            assertThat(mailbox.endWait()).isFalse();
            assertThat(pollAll()).containsExactly(1, 2);
        }

        @Test
        @Rule("K-01")
        void isRefusedForGoodAfterTheClose() {
            mailbox.close().forEach(dropped -> {});

            assertThat(mailbox.push(node(1))).isEqualTo(Owed.REFUSED);
            assertThat(taken.poll(mailbox)).isNull();
            assertThat(mailbox.idle()).isFalse();
            assertThat(mailbox.beginWait()).isFalse();
            assertThat(mailbox.endWait()).isFalse();
            assertThat(mailbox.closed()).isTrue();
        }
    }

    @Nested
    class Waiting {
        @Test
        void aTimedOutWaitRunsAgain() {
            mailbox.beginWait();

            assertThat(mailbox.endWait()).isTrue();
            assertThat(mailbox.waiting()).isFalse();
            assertThat(mailbox.push(node(1))).isEqualTo(Owed.NOTHING);
        }

        @Test
        void goesNeitherIdleNorWaitingWithSomethingToSee() {
            mailbox.push(node(1));

            assertThat(mailbox.idle()).isFalse();
            assertThat(mailbox.beginWait()).isFalse();
        }
    }

    @Nested
    class Close {
        @Test
        @Rule("K-01")
        void handsOverWhatIsQueuedAndLeavesTheTakenToTheOwner() {
            mailbox.push(node(1));
            mailbox.push(node(2));
            taken.poll(mailbox);
            mailbox.push(node(3));
            var dropped = new ArrayList<Object>();

            Mailbox.Closed closed = mailbox.close();
            closed.forEach(node -> dropped.add(node.item));
            Owner owner = closed.owner();

            assertThat(owner).isEqualTo(Owner.PRESENT);
            assertThat(dropped).containsExactly(3);
            taken.drop(node -> dropped.add(node.item));
            assertThat(dropped).containsExactly(3, 2);
            assertThat(depth()).isZero();
        }

        @Test
        void tellsWhatTheOwnerWasDoing() {
            var idle = new Mailbox();
            idle.idle();
            var waiting = new Mailbox();
            waiting.beginWait();

            assertThat(idle.close().owner()).isEqualTo(Owner.ABSENT);
            assertThat(waiting.close().owner()).isEqualTo(Owner.WAITING);
            assertThat(mailbox.close().owner()).isEqualTo(Owner.PRESENT);
            assertThat(mailbox.close().owner()).isEqualTo(Owner.ABSENT);
        }
    }

    @Test
    void depthCountsWhatIsQueuedAndTaken() {
        for (int i = 0; i < 5; i++) mailbox.push(node(i));
        assertThat(depth()).isEqualTo(5);
        taken.poll(mailbox);
        assertThat(depth()).isEqualTo(4);
        assertThat(taken.left()).isEqualTo(4);
        mailbox.push(node(6));
        assertThat(depth()).isEqualTo(5);
        assertThat(mailbox).hasToString("Mailbox[queued 1]");
    }
}
