/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Limits the memory that bodies take while their requests are served, so that many large requests
 * at once cannot use up the heap. A body counts as it arrives, so a client that sends slowly holds
 * only what it has sent.
 *
 * <p>Threads: any. {@code used} is changed by compare-and-set only and never exceeds the limit.
 */
@Component
class BodiesInFlight {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    BodiesInFlight(WebProperties properties) {
        this.limit = properties.bytesInFlight();
    }

    /** {@return how many bytes are taken now} */
    long used() {
        return used.get();
    }

    /** The share of one request, which uses it in one thread. */
    final class Share implements AutoCloseable {
        private long bytes;

        /**
         * Takes more bytes.
         *
         * @throws ProblemException with 503 if the limit is reached
         */
        void add(int more) {
            long before = used.getAndUpdate(now -> now + more > limit ? now : now + more);
            if (before + more > limit) throw full();
            bytes += more;
        }

        /** Gives all bytes back. */
        @Override
        public void close() {
            used.addAndGet(-bytes);
            bytes = 0;
        }
    }

    Share open() {
        return new Share();
    }

    private static ProblemException full() {
        return new ProblemException(
                HttpStatus.SERVICE_UNAVAILABLE, "too many requests are being served");
    }
}
