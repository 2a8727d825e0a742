/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import static dev.otp4j.testkit.Expect.eventually;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.RestartBackoff;
import dev.otp4j.spring.SupervisedActor;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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

/** One instance of an application with a durable target, {@code ledger}, that follows a script. */
final class Instance implements AutoCloseable {
    /** An event. */
    record Entry(UUID id, String text) {
        static Entry of(String text) {
            return new Entry(UUID.randomUUID(), text);
        }
    }

    /** What the actor does with an event. */
    @FunctionalInterface
    interface Script {
        void handle(Entry entry, int time, ReplyTo<Boolean> replyTo) throws Exception;
    }

    /** What the actors of all instances of a test share. */
    static final class Board {
        volatile Script script = (entry, time, replyTo) -> replyTo.send(true);
        final List<String> begun = new CopyOnWriteArrayList<>();
        private final Map<UUID, Integer> times = new ConcurrentHashMap<>();

        void handle(Entry entry, ReplyTo<Boolean> replyTo) throws Exception {
            begun.add(entry.text());
            script.handle(entry, times.merge(entry.id(), 1, Integer::sum), replyTo);
        }
    }

    @SupervisedActor(backoff = @RestartBackoff(first = "1ms", longest = "5ms"))
    static class Ledger implements StatefulActor<Ledger.Write> {
        record Write(Entry entry, ReplyTo<Boolean> replyTo) {}

        private final Board board;

        Ledger(Board board) {
            this.board = board;
        }

        @Override
        public Step handle(Write write) throws Exception {
            board.handle(write.entry(), write.replyTo());
            return Step.KEEP;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Ledger.class)
    static class Application {
        @Bean
        DurableTarget<Entry> ledgerTarget(Subject<Ledger.Write> ledger) {
            return DurableTarget.of("ledger", Entry.class, Entry::id)
                    .calling(ledger, Ledger.Write::new);
        }
    }

    final ConfigurableApplicationContext context;

    private Instance(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static Instance started(String url, Board board, String... properties) {
        return started(Application.class, url, board, properties);
    }

    static Instance started(Class<?> application, String url, Board board, String... properties) {
        return new Instance(
                new SpringApplicationBuilder(application)
                        .web(WebApplicationType.NONE)
                        .properties(
                                "spring.datasource.url=" + url,
                                "spring.modulith.events.jdbc.schema-initialization.enabled=true",
                                "otp.supervision.supervisors.root.intensity=1000",
                                "otp.durable-delivery.delay=50ms",
                                "otp.durable-delivery.max-delay=200ms",
                                "otp.durable-delivery.poll-interval=50ms",
                                "management.endpoints.access.default=unrestricted",
                                "management.endpoints.web.exposure.include=*",
                                "spring.main.banner-mode=off")
                        .properties(properties)
                        .initializers(
                                starting ->
                                        starting.getBeanFactory().registerSingleton("board", board))
                        .run());
    }

    TransactionTemplate transaction() {
        return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    }

    JdbcTemplate jdbc() {
        return context.getBean(JdbcTemplate.class);
    }

    DurableDelivery delivery() {
        return context.getBean(DurableDelivery.class);
    }

    TargetInfo ledger() {
        return delivery().targets().stream()
                .filter(target -> target.name().equals("ledger"))
                .findFirst()
                .orElseThrow();
    }

    /** Publishes in a transaction of its own, which commits. */
    Entry publish(String text) {
        Entry entry = Entry.of(text);
        transaction().executeWithoutResult(status -> context.publishEvent(entry));
        return entry;
    }

    long incomplete() {
        Long count =
                jdbc().queryForObject(
                                "SELECT COUNT(*) FROM EVENT_PUBLICATION WHERE COMPLETION_DATE IS NULL",
                                Long.class);
        return count == null ? -1 : count;
    }

    long rows() {
        Long count = jdbc().queryForObject("SELECT COUNT(*) FROM EVENT_PUBLICATION", Long.class);
        return count == null ? -1 : count;
    }

    void awaitAllCompleted() {
        eventually("all publications are completed", () -> incomplete() == 0);
    }

    @Override
    public void close() {
        context.close();
    }
}
