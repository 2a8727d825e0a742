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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** A database and a supervised ledger, without Spring Boot. */
final class LedgerFixture implements AutoCloseable {
    final HikariDataSource database;
    final JdbcClient jdbc;
    final JdbcTransactionManager transactions;
    final LedgerStore store;
    final LedgerReader reader;
    final Name<LedgerMessage> ledger = Name.create("ledger");
    final Name<News> listener = Name.create("listener");
    final OtpSystem system;

    LedgerFixture(Path folder) {
        this(folder, store -> new Ledger(store, Name.<News>create("listener").subject()));
    }

    /** Creates a fixture in which {@code actor} replaces the ledger. */
    LedgerFixture(Path folder, Function<LedgerStore, Actor<?, LedgerMessage>> actor) {
        database = open(folder);
        Flyway.configure().dataSource(database).load().migrate();
        jdbc = JdbcClient.create(database);
        transactions = new JdbcTransactionManager(database);
        store = new LedgerStore(jdbc, transactions, Clock.systemUTC());
        reader = new LedgerReader(jdbc);
        ledger.whileVacant(Vacancy.holding(1_000));
        system =
                OtpSystem.builder("test")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(1_000, Duration.ofSeconds(1))
                                                .add(
                                                        ChildSpecification.worker(
                                                                "ledger",
                                                                () -> start(actor.apply(store)))))
                        .build();
        system.start();
    }

    private <S> Started<Subject<LedgerMessage>> start(Actor<S, LedgerMessage> actor) {
        return Actor.of(() -> actor).named(ledger).start();
    }

    static HikariDataSource open(Path folder) {
        var database = new HikariDataSource();
        database.setJdbcUrl(
                "jdbc:h2:retry:"
                        + folder
                        + "/./relay;DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;RETENTION_TIME=0;LOCK_TIMEOUT=2000");
        database.setUsername("sa");
        database.setPassword("");
        database.setConnectionTimeout(3_000);
        database.setConnectionTestQuery("SELECT 1");
        database.setExceptionOverrideClassName(BrokenConnections.class.getName());
        return database;
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

    private static LedgerClient client(
            Subject<LedgerMessage> ledger, Duration timeout, LedgerStore lookup) {
        return new LedgerClient(
                ledger,
                lookup,
                new LedgerProperties(timeout, Duration.ofDays(7), Duration.ofMinutes(1)));
    }

    long events() {
        return jdbc.sql("SELECT COUNT(*) FROM event").query(Long.class).single();
    }

    @Override
    public void close() {
        system.close();
        database.close();
    }
}
