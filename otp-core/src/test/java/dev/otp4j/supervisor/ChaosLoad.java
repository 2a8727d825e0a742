/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.CallException;
import dev.otp4j.process.CallResult;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChaosTree.Message;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Sends to and calls actors at random until it is told to end; how many replies it got. */
final class ChaosLoad implements Callable<Long> {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ChaosTree tree;
    private final SplittableRandom random;

    ChaosLoad(ChaosTree tree, long seed) {
        this.tree = tree;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public Long call() {
        long replies = 0;
        while (tree.isLoading()) {
            Subject<Message> leaf = tree.subject(random.nextInt(tree.leaves()));
            leaf.trySend(new Message.Tick());
            if (answers(leaf)) replies++;
            LockSupport.parkNanos(20_000);
        }
        return replies;
    }

    private static boolean answers(Subject<Message> leaf) {
        return switch (leaf.<Integer>tryCall(LIMIT, Message.Ping::new)) {
            case CallResult.Replied<Integer> replied -> true;
            case CallResult.Failed<Integer>(CallException failure) -> {
                if (failure instanceof CallException.TimedOut) throw failure;
                yield false;
            }
            case CallResult.Refused<Integer>(RuntimeException failure) -> throw failure;
        };
    }
}
