/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.testkit.RawHttp;
import dev.otp4j.sample.testkit.RawHttp.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Sends hostile requests to a relay, and looks at each answer: no status of 500 or more except 503,
 * and each error a problem detail without the name of a class.
 */
final class Hostility {
    private static final int CLIENTS = 4;
    private static final Pattern CLASSES =
            Pattern.compile(
                    "Exception|\\b(org|com|tools|java|jakarta)\\.[a-z]+\\.|Stream\\w+Constraints|at [a-z]+\\.");

    private final int port;
    private final long seed;
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    private final TreeMap<Integer, Integer> statuses = new TreeMap<>();

    Hostility(int port, long seed) {
        this.port = port;
        this.seed = seed;
    }

    void send(int requests) throws InterruptedException {
        var next = new AtomicInteger();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.execute(
                        () -> {
                            for (int n = next.getAndIncrement();
                                    n < requests;
                                    n = next.getAndIncrement()) {
                                send(n, HostileRequests.number(seed, n));
                            }
                        });
            }
        }
    }

    private void send(int number, byte[] request) {
        try {
            List<Answer> answers = RawHttp.send(port, request);
            if (answers.isEmpty()) count(0);
            for (Answer answer : answers) check(number, request, answer);
        } catch (IOException | RuntimeException | AssertionError e) {
            complain(number, request, e.toString());
        }
    }

    private void check(int number, byte[] request, Answer answer) {
        count(answer.status());
        if (answer.status() < 400) return;
        boolean documented = answer.status() < 500 || answer.status() == 503;
        boolean problem = isHead(request) || answer.isProblem() || isOfEndpoint(answer);
        if (documented && problem && !CLASSES.matcher(answer.body()).find()) return;
        complain(number, request, answer.toString());
    }

    private static boolean isHead(byte[] request) {
        return new String(request, StandardCharsets.ISO_8859_1).startsWith("HEAD ");
    }

    /** The endpoint {@code otp} is no part of the relay. Its errors have a form of their own. */
    private static boolean isOfEndpoint(Answer answer) {
        return answer.header("content-type").startsWith("application/vnd.spring-boot.actuator")
                && answer.body().startsWith("{\"status\":" + answer.status() + ",\"error\":");
    }

    private synchronized void count(int status) {
        statuses.merge(status, 1, Integer::sum);
    }

    private void complain(int number, byte[] request, String what) {
        String text =
                new String(request, 0, Math.min(300, request.length), StandardCharsets.ISO_8859_1);
        complaints.add("request %d of seed %d: %s%n%s".formatted(number, seed, text, what));
    }

    void assertBorne() {
        System.out.println("answers by status (0: none): " + statuses);
        assertThat(complaints).as(statuses.toString()).isEmpty();
    }

    /** {@return how often each status came; 0 stands for no answer} */
    synchronized TreeMap<Integer, Integer> statuses() {
        return new TreeMap<>(statuses);
    }
}
