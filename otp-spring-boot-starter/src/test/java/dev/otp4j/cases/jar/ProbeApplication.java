/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.jar;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** Looks for a resource, a service and a class in every place where code of an application runs. */
@EnableAutoConfiguration
@EnableAsync
@Import(ProbeApplication.Prober.class)
public class ProbeApplication {
    /** The places from which it looks. */
    public static final List<String> PLACES =
            List.of(
                    "async",
                    "constructor",
                    "init",
                    "handler",
                    "completion",
                    "processCrashed",
                    "processEnded",
                    "reported",
                    "counted");

    private static final ConcurrentHashMap<String, String> FOUND = new ConcurrentHashMap<>();
    private static final CountDownLatch ALL = new CountDownLatch(PLACES.size());
    private static final CountDownLatch CALLED = new CountDownLatch(1);

    private static void look(String place) {
        if (FOUND.putIfAbsent(place, found()) == null) ALL.countDown();
    }

    private static String found() {
        boolean resource = new ClassPathResource("probe.txt").exists();
        long drivers =
                ServiceLoader.load(java.sql.Driver.class).stream()
                        .filter(driver -> driver.type() == NoDriver.class)
                        .count();
        String type;
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            Class.forName(NoDriver.class.getName(), true, loader);
            type = "found";
        } catch (ClassNotFoundException e) {
            type = "not-found";
        }
        return resource + " " + drivers + " " + type;
    }

    record Ask(Subject<String> replyTo) {}

    @SupervisedActor("prober")
    static class Prober implements Actor<Integer, Ask> {
        Prober() {
            look("constructor");
        }

        @Override
        public Integer init(Subject<Ask> self) {
            look("init");
            return 0;
        }

        @Override
        public Next<Integer, Ask> onMessage(Integer state, Ask ask) throws InterruptedException {
            look("handler");
            CALLED.await();
            ask.replyTo().send("done");
            throw new IllegalStateException("told to");
        }
    }

    static class Listener implements SupervisorListener {
        @Override
        public void reported(SupervisorReport report) {
            look("reported");
        }

        @Override
        public void counted(SupervisorReport report) {
            look("counted");
        }

        @Override
        public void processCrashed(CrashReport report) {
            look("processCrashed");
        }

        @Override
        public void processEnded(Pid pid, ExitReason reason) {
            look("processEnded");
        }
    }

    static class Asynchronous {
        @Async
        public void run() {
            look("async");
        }
    }

    record Client(Subject<Ask> prober) {}

    @Bean
    Listener listener() {
        return new Listener();
    }

    @Bean
    Asynchronous asynchronous() {
        return new Asynchronous();
    }

    @Bean
    Client client(Subject<Ask> prober) {
        return new Client(prober);
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        var context =
                new SpringApplicationBuilder(ProbeApplication.class)
                        .web(WebApplicationType.NONE)
                        .properties(
                                "spring.main.banner-mode=off",
                                "spring.threads.virtual.enabled=true")
                        .run(arguments);
        context.getBean(Asynchronous.class).run();
        CompletableFuture<String> answer =
                context.getBean(Client.class)
                        .prober()
                        .callAsync(
                                Duration.ofSeconds(10), (Subject<String> reply) -> new Ask(reply));
        CompletableFuture<Void> looked = answer.thenRun(() -> look("completion"));
        CALLED.countDown();
        looked.join();
        ALL.await(10, TimeUnit.SECONDS);
        FOUND.forEach((place, found) -> System.out.println(place + "=" + found));
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
