/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import com.zaxxer.hikari.HikariDataSource;
import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** A database and a supervised ledger, without Spring Boot. */
final class LedgerFixture implements AutoCloseable {
    private static final SubscriptionProperties SUBSCRIPTIONS =
            new SubscriptionProperties(Duration.ofDays(1), Duration.ofDays(5));

    final HikariDataSource pool;
    final JdbcClient jdbc;
    final JdbcTransactionManager transactions;
    final Database database;
    final Tail tail = new Tail();

    /** The time by which {@link #writes} measures how long writes have failed. */
    final AtomicLong nanoTime = new AtomicLong();

    final Writes writes = new Writes(nanoTime::get);
    final LedgerStore store;
    final ResultStore results;
    final LedgerReader reader;
    final DeliveryReader deliveries;
    final Name<LedgerMessage> ledger = Name.create("ledger");
    final Name<ResultMessage> resultWriter = Name.create("results");
    final Name<News> listener = Name.create("listener");
    final OtpSystem system;

    LedgerFixture(String url) {
        this(url, store -> new Ledger(store, Name.<News>create("listener").subject()));
    }

    /** Creates a fixture in which {@code actor} replaces the ledger. */
    LedgerFixture(String url, Function<LedgerStore, Actor<?, LedgerMessage>> actor) {
        pool = Kind.open(url);
        Flyway.configure()
                .dataSource(pool)
                .locations(
                        "classpath:db/migration/" + url.split(":")[1],
                        "classpath:db/migration/common")
                .load()
                .migrate();
        jdbc = JdbcClient.create(pool);
        transactions = new JdbcTransactionManager(pool);
        database = new Database(pool, transactions, writes);
        store = new LedgerStore(database, tail, Clock.systemUTC());
        results = new ResultStore(database, SUBSCRIPTIONS, Clock.systemUTC());
        reader = new LedgerReader(database, tail, Clock.systemUTC());
        deliveries = new DeliveryReader(database);
        ledger.whileVacant(Vacancy.holding(1_000));
        resultWriter.whileVacant(Vacancy.holding(1_000));
        system =
                OtpSystem.builder("test")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(1_000, Duration.ofSeconds(1))
                                                .add(
                                                        ChildSpecification.worker(
                                                                "ledger",
                                                                () ->
                                                                        start(
                                                                                actor.apply(store),
                                                                                ledger,
                                                                                Ledger.BATCH)))
                                                .add(
                                                        ChildSpecification.worker(
                                                                "results",
                                                                () ->
                                                                        start(
                                                                                new Results(
                                                                                        results),
                                                                                resultWriter,
                                                                                Results.BATCH))))
                        .build();
        system.start();
    }

    private static <S, M> Started<Subject<M>> start(Actor<S, M> actor, Name<M> name, int batches) {
        return Actor.of(() -> actor).named(name).batches(batches).start();
    }

    LedgerClient client(Duration timeout) {
        return client(timeout, store);
    }

    LedgerClient client(Duration timeout, LedgerStore lookup) {
        return client(ledger.subject(), timeout, lookup);
    }

    /** {@return a client of another ledger than the one of this fixture} */
    LedgerClient clientOf(Subject<LedgerMessage> other, Duration timeout) {
        return client(other, timeout, store);
    }

    private LedgerClient client(Subject<LedgerMessage> to, Duration timeout, LedgerStore lookup) {
        LedgerProperties properties = properties(timeout);
        return new LedgerClient(
                to,
                resultWriter.subject(),
                lookup,
                new Backlog(tail, properties),
                properties,
                SUBSCRIPTIONS);
    }

    static LedgerProperties properties(Duration timeout) {
        return new LedgerProperties(
                timeout, Duration.ofDays(7), Duration.ofMinutes(1), Duration.ofSeconds(2));
    }

    /** {@return the next delivery of a subscription} */
    Due next(Subscription subscription) {
        return reader.claim(subscription.id()).orElseThrow().pending().due().getFirst();
    }

    /** {@return an attempt that has just ended} */
    static Attempt attempt(Due due, DeliveryState state, int status) {
        Instant now = Instant.now();
        String error = state == DeliveryState.DELIVERED ? null : "status " + status;
        return new Attempt(due, state, now, status, error, now, Duration.ofMillis(7));
    }

    /** {@return a subject whose messages are dropped} */
    <M> Subject<M> ignored() {
        return Name.<M>create("ignored").subject();
    }

    /** {@return the names of the checks that tables of H2 have} */
    List<String> checks() {
        return jdbc.sql(
                        "SELECT constraint_name FROM information_schema.table_constraints"
                                + " WHERE constraint_type = 'CHECK'")
                .query(String.class)
                .list();
    }

    long events() {
        return jdbc.sql("SELECT COUNT(*) FROM event").query(Long.class).single();
    }

    @Override
    public void close() {
        system.close();
        pool.close();
    }
}
