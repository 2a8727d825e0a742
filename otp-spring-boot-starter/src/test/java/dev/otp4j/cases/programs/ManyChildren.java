/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

import dev.otp4j.actor.Actor;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.FactorySupervisor;
import java.time.Duration;
import java.util.ArrayList;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** A web application whose factory has many idle children. */
@EnableAutoConfiguration
public class ManyChildren {
    private static final int CHILDREN = 200_000;
    private static final int STARTERS = 64;

    /** Has the factory's handle. */
    record Client(FactorySupervisor<Integer, Subject<Allocator.Message>> sessions) {}

    @Bean
    Client client(FactorySupervisor<Integer, Subject<Allocator.Message>> sessions) {
        return new Client(sessions);
    }

    @Bean
    FactorySupervisor.Builder<Integer, Subject<Allocator.Message>> sessions() {
        return FactorySupervisor.workerChild(
                number -> Actor.of(() -> new Allocator(none -> {})).start());
    }

    /** Runs the application until its JVM is killed. */
    public static void main(String[] arguments) throws Exception {
        ConfigurableApplicationContext context =
                SpringApplication.run(
                        ManyChildren.class,
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--management.endpoints.web.exposure.include=health,otp");
        var sessions = context.getBean(Client.class).sessions();
        long begun = System.nanoTime();
        var starters = new ArrayList<Thread>();
        for (int i = 0; i < STARTERS; i++) {
            int first = i;
            starters.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int n = first; n < CHILDREN; n += STARTERS) {
                                            sessions.startChild(n);
                                        }
                                    }));
        }
        for (Thread starter : starters) starter.join();
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        Values.print("children-started-after-ms", "" + millis);
        Values.print("port", "" + context.getEnvironment().getProperty("local.server.port"));
    }
}
