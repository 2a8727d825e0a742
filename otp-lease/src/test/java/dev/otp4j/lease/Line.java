/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The way of one instance to a store: it can be cut, it can be made to hang, and it can lose the
 * answers to what was carried out.
 */
final class Line implements LeaseStore {
    private final LeaseStore store;
    private volatile @Nullable String cut;
    private volatile boolean losing;
    private volatile CountDownLatch open = new CountDownLatch(0);
    private final AtomicInteger sessions = new AtomicInteger();

    Line(LeaseStore store) {
        this.store = store;
    }

    /** From now on each call fails with that text, and nothing is carried out. */
    void cut(String why) {
        cut = why;
    }

    /** From now on each call waits: nothing is carried out, and nothing fails. */
    void hang() {
        open = new CountDownLatch(1);
    }

    /** From now on each call is carried out and then fails. */
    void loseAnswers() {
        losing = true;
    }

    /** All is well again; calls that hung are carried out now. */
    void mend() {
        cut = null;
        losing = false;
        open.countDown();
    }

    /** How many sessions are open. */
    int sessions() {
        return sessions.get();
    }

    private <T> T passing(Callable<T> call) throws Exception {
        return passing(call, losing);
    }

    private <T> T passing(Callable<T> call, boolean lose) throws Exception {
        open.await();
        String why = cut;
        if (why != null) throw new IllegalStateException(why);
        T answer = call.call();
        if (lose) throw new IllegalStateException("the answer was lost");
        return answer;
    }

    @Override
    public Session open(Duration callLimit) throws Exception {
        return new LineSession(passing(() -> store.open(callLimit), false));
    }

    private final class LineSession implements Session {
        private final Session session;

        LineSession(Session session) {
            this.session = session;
            sessions.incrementAndGet();
        }

        @Override
        public Optional<LeaseRow> read(String name) throws Exception {
            return passing(() -> session.read(name));
        }

        @Override
        public boolean insert(LeaseRow first) throws Exception {
            return passing(() -> session.insert(first));
        }

        @Override
        public boolean replace(LeaseRow expected, LeaseRow next) throws Exception {
            return passing(() -> session.replace(expected, next));
        }

        @Override
        public void abort() throws Exception {
            session.abort();
        }

        @Override
        public void close() {
            session.close();
            sessions.decrementAndGet();
        }
    }
}
