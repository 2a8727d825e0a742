/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import dev.otp4j.benchmarks.Metric.Reading;
import dev.otp4j.benchmarks.Workload.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All metrics, in the order in which they are run and shown. */
final class Metrics {
    static final String ERLANG = "erlang";
    static final List<String> OTP4J = List.of("otp4j", "otp4j_meters");
    static final List<String> SUPERVISING =
            List.of("otp4j", "pekko", "pekko_vt", "otp4j_meters", "otp4j_timing");
    static final List<String> JVM =
            List.of("otp4j", "pekko", "pekko_vt", "vt_lbq", "jox", "otp4j_meters", "otp4j_timing");

    /** The engines of the sending metrics, with the variants that cost something there. */
    static final List<String> SENDING =
            Stream.concat(
                            JVM.stream(),
                            Stream.of("otp4j_sampled", "otp4j_queue_timing", "otp4j_observed"))
                    .toList();

    /** With the options of overload and recovery, which each actor asks for itself. */
    static final List<String> SENDING_WITH_OPTIONS =
            Stream.concat(
                            SENDING.stream(),
                            Stream.of(
                                    "otp4j_bounded",
                                    "otp4j_limited",
                                    "otp4j_expiring",
                                    "otp4j_named",
                                    "otp4j_retained"))
                    .toList();

    /** The engines of the relaying metrics, with the engine in a Spring application. */
    static final List<String> RELAYING =
            Stream.concat(SENDING.stream(), Stream.of("otp4j_spring", "otp4j_mdc")).toList();

    /** Every engine, in the order of the tables' columns. */
    static final List<String> ENGINES =
            List.of(
                    "otp4j",
                    ERLANG,
                    "pekko",
                    "pekko_vt",
                    "vt_lbq",
                    "jox",
                    "otp4j_meters",
                    "otp4j_timing",
                    "otp4j_sampled",
                    "otp4j_queue_timing",
                    "otp4j_observed",
                    "otp4j_spring",
                    "otp4j_mdc",
                    "otp4j_bounded",
                    "otp4j_limited",
                    "otp4j_expiring",
                    "otp4j_named",
                    "otp4j_retained");

    private static final double MILLI = 1e6;
    private static final double MICRO = 1e3;

    static final List<Metric> ALL =
            Stream.of(
                            sends(),
                            relays(),
                            calls(),
                            lives(),
                            latencies(),
                            memory(),
                            snapshots(),
                            millions())
                    .flatMap(List::stream)
                    .toList();

    private Metrics() {}

    private static List<Metric> sends() {
        return List.of(
                rate("send_1_1", "SendBenchmark.fromActors", 2_000_000, of(), "tell_cast_1_1")
                        .among(SENDING_WITH_OPTIONS),
                rate("send_1_1_platform", "SendBenchmark.fromPlatformThread", 2_000_000, of(), null)
                        .noting("The sender is a platform thread; Erlang has no such threads."),
                rate("send_1_1_virtual", "SendBenchmark.fromVirtualThread", 2_000_000, of(), null)
                        .extra(),
                rate(
                                "fan_in_8",
                                "SendBenchmark.fromActors",
                                2_000_000,
                                Map.of("senders", "8"),
                                "fan_in_cast_8_1")
                        .among(SENDING));
    }

    private static List<Metric> relays() {
        int hops = 500_000;
        Workload pair = relay(2, hops, Size.NORMAL);
        return List.of(
                ring("ring_1k", 1_000, 1_000_000, Size.NORMAL),
                ring("ring_100k", 100_000, 1_000_000, Size.LARGE),
                ring("ring_1m", 1_000_000, 10_000_000, Size.MILLION),
                new Metric(
                                "ping_pong",
                                "ops/s",
                                pair,
                                new Reading.Rate(hops / 2),
                                RELAYING,
                                "ping_pong_cast",
                                true,
                                "")
                        .noting("An operation is a round trip, two messages."),
                new Metric(
                        "ring_10k",
                        "ops/s",
                        relay(10_000, 1_000_000, Size.NORMAL),
                        new Reading.Rate(1_000_000),
                        RELAYING,
                        "ring_10k_cast",
                        true,
                        ""));
    }

    /**
     * The ring with another number of actors, to show what a message costs among few and among many
     * actors.
     */
    private static Metric ring(String name, int actors, int hops, Size size) {
        return new Metric(
                name,
                "ops/s",
                relay(actors, hops, size),
                new Reading.Rate(hops),
                List.of("otp4j"),
                null,
                false,
                "");
    }

    private static Workload relay(int actors, int hops, Size size) {
        Map<String, String> parameters =
                Map.of("actors", String.valueOf(actors), "operations", String.valueOf(hops));
        return new Workload("RelayBenchmark.relay", parameters, size);
    }

    private static List<Metric> calls() {
        String pekko =
                "Pekko's actors must not block: they ask and continue when the reply arrives. The"
                        + " queues' calls have no time limit and do not notice the end of the callee.";
        return List.of(
                rate("call_1", "CallBenchmark.fromActors", 100_000, clients(1), "call_1")
                        .among(SENDING)
                        .noting(pekko),
                rate("call_8", "CallBenchmark.fromActors", 400_000, clients(8), "call_8")
                        .among(SENDING)
                        .noting(pekko),
                rate(
                                "call_1_virtual",
                                "CallBenchmark.fromVirtualThreads",
                                100_000,
                                clients(1),
                                null)
                        .extra(),
                rate(
                                "call_8_virtual",
                                "CallBenchmark.fromVirtualThreads",
                                400_000,
                                clients(8),
                                null)
                        .extra(),
                rate(
                                "call_1_platform",
                                "CallBenchmark.fromPlatformThreads",
                                20_000,
                                clients(1),
                                null)
                        .extra(),
                rate(
                                "call_8_platform",
                                "CallBenchmark.fromPlatformThreads",
                                100_000,
                                clients(8),
                                null)
                        .extra());
    }

    private static List<Metric> lives() {
        return List.of(
                rate(
                                "spawn_stop",
                                "LifecycleBenchmark.startAndStop",
                                100_000,
                                of(),
                                "gen_server_start_stop")
                        .noting(
                                "otp4j and Erlang start linked processes and wait for each initialiser; Pekko"
                                        + " watches its actors; the threads have no links, no watches and no initialisers."),
                rate(
                                "supervision_start",
                                "SupervisionBenchmark.start",
                                10_000,
                                of(),
                                "sup_start_static_10k")
                        .among(SUPERVISING)
                        .noting(
                                "Pekko's parent does not wait for the initialisers of its children; the clock stops when"
                                        + " the last initialiser has run."));
    }

    private static List<Metric> latencies() {
        Workload restart = new Workload("RestartBenchmark.restart", of(), Size.LONG_WARMUP);
        Workload block = new Workload("BlockingBenchmark.block", of(), Size.NORMAL);
        Workload delay = new Workload("SendThenBlockBenchmark.sendThenBlock", of(), Size.NORMAL);
        String failed =
                "Pekko's child fails at a message, because Pekko's actors cannot be killed.";
        return List.of(
                counter("blocked_10k", "ms", block, "nanos", MILLI, "sleepers_10k_50ms")
                        .noting(
                                "10,000 handlers that each block for 50 ms; Pekko as shipped is computed from"
                                        + " 200."),
                counter("send_then_block", "us", delay, "p50", MICRO, "send_then_block_median")
                        .noting(
                                "Median time until the receiver begins; its sender blocks for 10 ms."),
                counter("send_then_block_p99", "us", delay, "p99", MICRO, "send_then_block_p99")
                        .noting(
                                "99 in 100 receivers begin within this time; the sender blocks for 10 ms."),
                counter("restart_p50", "us", restart, "p50", MICRO, "restart_median")
                        .among(SUPERVISING)
                        .noting(failed),
                counter("restart_p99", "us", restart, "p99", MICRO, "restart_p99")
                        .among(SUPERVISING)
                        .noting(failed));
    }

    private static List<Metric> memory() {
        String unsupervised =
                "otp4j's actors are supervised and have names in a tree; Erlang's processes are not"
                        + " supervised and have just been garbage-collected.";
        return List.of(
                counter(
                                "idle_bytes",
                                "bytes",
                                idle(100_000, Size.LARGE),
                                "bytes",
                                1,
                                "mem_gen_server")
                        .among(SENDING)
                        .noting(unsupervised),
                counter(
                                "idle_bytes_1m",
                                "bytes",
                                idle(1_000_000, Size.HUGE),
                                "bytes",
                                1,
                                "mem_gen_server_1m")
                        .noting(unsupervised));
    }

    private static Workload idle(int actors, Size size) {
        return new Workload("MemoryBenchmark.idle", actors(actors), size);
    }

    private static List<Metric> snapshots() {
        var metrics = new ArrayList<Metric>();
        metrics.add(snapshot("snapshot_1k", "endpoint", 1_000, Size.NORMAL).extra());
        metrics.add(snapshot("snapshot_10k", "endpoint", 10_000, Size.NORMAL).extra());
        metrics.add(snapshot("snapshot_100k", "endpoint", 100_000, Size.NORMAL).extra());
        metrics.add(
                snapshot("snapshot_1m", "endpoint", 1_000_000, Size.MILLION)
                        .noting(
                                "The work of GET /actuator/otp with its default limits, without HTTP and JSON."));
        metrics.add(
                snapshot("snapshot_all_1m", "everything", 1_000_000, Size.MILLION)
                        .extra()
                        .noting("A visit of every node of the tree, as the meters make it."));
        return metrics;
    }

    private static List<Metric> millions() {
        Workload workload =
                new Workload("MillionBenchmark.startListAndStop", actors(1_000_000), Size.TIGHT);
        return List.of(
                new Metric(
                                "million_1g",
                                "ms",
                                workload,
                                new Reading.Time(MILLI),
                                List.of("otp4j"),
                                null,
                                false,
                                "")
                        .noting(
                                "10^6 idle actors are started, listed once and stopped, on a heap of"
                                        + " 1 GiB."));
    }

    private static Metric snapshot(String name, String method, int actors, Size size) {
        Workload workload = new Workload("SnapshotBenchmark." + method, actors(actors), size);
        return new Metric(name, "ms", workload, new Reading.Time(MILLI), OTP4J, null, true, "");
    }

    private static Metric rate(
            String name,
            String method,
            int operations,
            Map<String, String> parameters,
            @Nullable String erlang) {
        var all = new TreeMap<>(parameters);
        all.put("operations", String.valueOf(operations));
        Workload workload = new Workload(method, all, Size.NORMAL);
        return new Metric(
                name, "ops/s", workload, new Reading.Rate(operations), JVM, erlang, true, "");
    }

    private static Metric counter(
            String name,
            String unit,
            Workload workload,
            String counter,
            double divisor,
            String erlang) {
        Reading reading = new Reading.Counter(counter, divisor);
        return new Metric(name, unit, workload, reading, JVM, erlang, true, "");
    }

    private static Map<String, String> of() {
        return Map.of();
    }

    private static Map<String, String> clients(int count) {
        return Map.of("clients", String.valueOf(count));
    }

    private static Map<String, String> actors(int count) {
        return Map.of("actors", String.valueOf(count));
    }
}
