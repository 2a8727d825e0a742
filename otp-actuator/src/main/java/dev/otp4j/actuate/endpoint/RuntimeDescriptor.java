/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Zombie;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The view {@code runtime}: what the actors run on.
 *
 * @param system the whole system in brief
 * @param states number of processes of the tree in each state
 * @param carriers the threads of the JVM that carry virtual threads, and so actors; null if the JVM
 *     does not tell
 * @param starvations how often no virtual thread could begin for a second or more
 * @param rescues how often a receiver had to be given a thread of its own because its sender went
 *     on after the send
 * @param timers number of timers and time limits of asynchronous calls that are set
 * @param heldMessages number of messages that names hold until their actors run again
 * @param zombieCount number of dead processes whose code still runs
 * @param zombies these, the longest dead first
 * @param concurrencyLimits the concurrency limits of its processes, by name
 * @param lateReplies how many replies came when the call was over
 * @param heap the heap of the JVM
 * @param platformThreads number of platform threads of the JVM
 * @param processors number of processors that the JVM may use
 * @param upFor for how long the JVM has been running
 * @param java version of the JVM
 * @since 0.1.0
 */
public record RuntimeDescriptor(
        SystemSummary system,
        Map<String, Integer> states,
        @Nullable CarriersDescriptor carriers,
        long starvations,
        long rescues,
        int timers,
        long heldMessages,
        int zombieCount,
        List<ZombieDescriptor> zombies,
        List<LimitDescriptor> concurrencyLimits,
        long lateReplies,
        HeapDescriptor heap,
        int platformThreads,
        int processors,
        Duration upFor,
        String java)
        implements OperationResponseBody {

    /**
     * The threads that carry virtual threads. A number that the JVM does not tell is -1.
     *
     * @param parallelism how many there are to be
     * @param threads how many there are
     * @param mounted how many carry a virtual thread now
     * @param queued number of virtual threads that wait for a carrier
     */
    public record CarriersDescriptor(int parallelism, int threads, int mounted, long queued)
            implements OperationResponseBody {
        static @Nullable CarriersDescriptor now() {
            try {
                var carriers =
                        ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
                return new CarriersDescriptor(
                        carriers.getParallelism(),
                        carriers.getPoolSize(),
                        carriers.getMountedVirtualThreadCount(),
                        carriers.getQueuedVirtualThreadCount());
            } catch (LinkageError | IllegalArgumentException absent) {
                return null; // the JVM was linked without the module jdk.management
            }
        }
    }

    /**
     * A dead process whose code still runs.
     *
     * @param path path that the process had
     * @param deadFor for how long it has been dead
     * @param thread name of its thread
     * @param stack where its thread is now
     */
    public record ZombieDescriptor(String path, Duration deadFor, String thread, List<String> stack)
            implements OperationResponseBody {
        static ZombieDescriptor of(Zombie zombie) {
            return new ZombieDescriptor(
                    Views.path(zombie.pid()),
                    zombie.age(),
                    zombie.thread(),
                    zombie.stack().stream().map(StackTraceElement::toString).toList());
        }
    }

    /**
     * A concurrency limit.
     *
     * @param name its name
     * @param permits number of handlers that may run at the same time
     * @param inUse number of permits that processes have
     * @param waiting number of processes that wait for a permit
     * @param heldByEnded number of permits of dead processes whose code still runs
     * @param holders paths of processes that have a permit, the one that has had it longest first
     * @param queue paths of processes that wait, the next one first
     */
    public record LimitDescriptor(
            String name,
            int permits,
            int inUse,
            int waiting,
            int heldByEnded,
            List<String> holders,
            List<String> queue)
            implements OperationResponseBody {
        static LimitDescriptor of(ConcurrencyLimit limit, int most) {
            return new LimitDescriptor(
                    limit.name(),
                    limit.permits(),
                    limit.inUse(),
                    limit.waiting(),
                    limit.heldByEnded(),
                    limit.holders().stream().limit(most).map(Views::path).toList(),
                    limit.queue().stream().limit(most).map(Views::path).toList());
        }
    }

    /**
     * The heap.
     *
     * @param used bytes in use, garbage included
     * @param committed bytes that the JVM has from the operating system
     * @param max bytes that it may have at most; null if there is no such limit
     */
    public record HeapDescriptor(long used, long committed, @Nullable Long max)
            implements OperationResponseBody {
        static HeapDescriptor now() {
            MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
            Long max = heap.getMax() < 0 ? null : heap.getMax();
            return new HeapDescriptor(heap.getUsed(), heap.getCommitted(), max);
        }
    }

    static RuntimeDescriptor of(OtpSystem system, SystemSummary summary, int limit) {
        ProcessRuntime runtime = system.runtime();
        return new RuntimeDescriptor(
                summary,
                states(system),
                CarriersDescriptor.now(),
                runtime.starvations(),
                runtime.rescues(),
                runtime.timerCount(),
                system.heldMessages(),
                runtime.zombieCount(),
                runtime.zombies().stream().limit(limit).map(ZombieDescriptor::of).toList(),
                runtime.concurrencyLimits().stream()
                        .limit(limit)
                        .map(one -> LimitDescriptor.of(one, limit))
                        .toList(),
                runtime.lateReplies(),
                HeapDescriptor.now(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                Runtime.getRuntime().availableProcessors(),
                Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime()),
                Runtime.version().toString());
    }

    private static Map<String, Integer> states(OtpSystem system) {
        var counts = new int[TreeNode.State.values().length];
        system.visit(visit -> counts[visit.state().ordinal()]++);
        var states = new TreeMap<String, Integer>();
        for (TreeNode.State state : TreeNode.State.values()) {
            int in = counts[state.ordinal()];
            if (in > 0) states.put(Texts.lowerCase(state), in);
        }
        return OperationResponseBody.of(states);
    }
}
