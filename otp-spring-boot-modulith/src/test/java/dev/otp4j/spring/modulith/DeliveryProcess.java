/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An instance of an application in a JVM of its own. It places orders as fast as it can, some in
 * transactions that roll back. The actor that handles them crashes for some, is late for others,
 * and writes down what it has handled. Ends when its standard input does.
 */
final class DeliveryProcess {
    private DeliveryProcess() {}

    static final Duration STALENESS = Duration.ofSeconds(3);

    record Placed(UUID id) {}

    @SupervisedActor
    static class Packing implements StatefulActor<Packing.Pack> {
        record Pack(Placed order, ReplyTo<Boolean> replyTo) {}

        private final JdbcTemplate jdbc;

        Packing(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Override
        public Step handle(Pack pack) {
            int chance = ThreadLocalRandom.current().nextInt(100);
            if (chance < 2) throw new IllegalStateException("a crash before the work");
            jdbc.update("INSERT INTO packed (id) VALUES (?)", pack.order().id());
            if (chance < 4) throw new IllegalStateException("a crash after the work");
            if (chance < 5) return Step.KEEP; // never replies
            pack.replyTo().send(true);
            return Step.KEEP;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Packing.class)
    static class Application {
        @Bean
        DurableTarget<Placed> packingTarget(Subject<Packing.Pack> packing) {
            return DurableTarget.of("packing", Placed.class, Placed::id)
                    .calling(packing, Packing.Pack::new);
        }
    }

    /** Arguments: URL of the database, milliseconds for which orders are placed. */
    public static void main(String[] args) throws Exception {
        ConfigurableApplicationContext context =
                new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.NONE)
                        .properties(
                                "spring.datasource.url=" + args[0],
                                "spring.datasource.hikari.maximum-pool-size=4",
                                "otp.supervision.supervisors.root.intensity=100000",
                                "otp.durable-delivery.timeout=1s",
                                "otp.durable-delivery.staleness=" + STALENESS,
                                "otp.durable-delivery.delay=50ms",
                                "otp.durable-delivery.max-delay=500ms",
                                "otp.durable-delivery.max-attempts=100",
                                "otp.durable-delivery.poll-interval=200ms",
                                "spring.main.banner-mode=off")
                        .run();
        long until = System.nanoTime() + 1_000_000 * Long.parseLong(args[1]);
        var transactions =
                new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        var jdbc = context.getBean(JdbcTemplate.class);
        while (System.in.available() == 0 && System.nanoTime() < until) {
            place(context, transactions, jdbc);
            LockSupport.parkNanos(2_000_000);
        }
        while (System.in.read() >= 0) LockSupport.parkNanos(1);
        context.close();
    }

    /** The order and its event commit together, or neither does. */
    private static void place(
            ConfigurableApplicationContext context,
            TransactionTemplate transactions,
            JdbcTemplate jdbc) {
        UUID id = UUID.randomUUID();
        transactions.executeWithoutResult(
                status -> {
                    jdbc.update("INSERT INTO orders (id) VALUES (?)", id);
                    context.publishEvent(new Placed(id));
                    if (ThreadLocalRandom.current().nextInt(3) == 0) status.setRollbackOnly();
                });
    }
}
