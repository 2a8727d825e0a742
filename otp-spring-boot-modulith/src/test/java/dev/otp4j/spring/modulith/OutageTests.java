/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.spring.modulith.Instance.Board;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Rule;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The database cannot be reached for a while. */
@Timeout(60)
class OutageTests {
    private static volatile boolean away;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Instance.Application.class)
    static class Application {
        @Bean
        static BeanPostProcessor outages() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DataSource source ? new Failing(source) : bean;
                }
            };
        }
    }

    private static final class Failing extends DelegatingDataSource {
        Failing(DataSource source) {
            super(source);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (away) throw new SQLException("the database is away");
            return super.getConnection();
        }
    }

    @Test
    @Rule("DD-11")
    void anOutcomeThatCannotBeStoredIsStoredWhenTheDatabaseIsBack() {
        var finish = new CountDownLatch(1);
        var board = new Board();
        board.script =
                (entry, time, replyTo) -> {
                    finish.await();
                    replyTo.send(true);
                };
        try (Instance one = Instance.started(Application.class, Databases.h2(), board)) {
            one.publish("a");
            eventually("begun", () -> board.begun.size() == 1);
            away = true;
            finish.countDown();
            awaitState(
                    one, "/durable-delivery/ledger/bookkeeper", "the database cannot be written");
            awaitState(
                    one,
                    "/durable-delivery/resubmitter",
                    "the database cannot be read: org.springframework.transaction.CannotCreateTransactionException");
            away = false;

            one.awaitAllCompleted();

            assertThat(board.begun).containsExactly("a");
        } finally {
            away = false;
        }
    }

    private static void awaitState(Instance one, String path, String expected) {
        var node = one.context.getBean(OtpSystem.class).find(path, 0, 1).orElseThrow();
        var process = Objects.requireNonNull(node.pid());
        eventually(path, () -> Sys.getState(process, String.class).equals(expected));
    }
}
