/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.Shutdown;
import dev.otp4j.supervisor.StaticSupervisor;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application whose actors run what they are sent: {@code /desk}, which traps exits and has all
 * the time it needs to stop, {@code /back/archive}, the temporary {@code /guest}, and {@code
 * /carts}, a factory. The header {@code X-User} says which principal a request has, {@code X-Role}
 * its role.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Shop {
    static final Name<Runnable> DESK = Name.create("desk", Vacancy.holding(100));
    static final Name<Runnable> ARCHIVE = Name.create("archive", Vacancy.holding(100));
    static final FactoryName<String, Subject<Runnable>> CARTS = FactoryName.create("carts");

    /** Whether the initialiser of the archive throws. */
    static final AtomicBoolean FAILS = new AtomicBoolean();

    @Bean
    OtpSystem otpSystem(Observer observer) {
        return OtpSystem.builder("shop")
                .listener(observer)
                .root(Shop::tree)
                .runtime(runtime -> runtime.stuckAfter(Duration.ofMillis(500)))
                .build();
    }

    private static StaticSupervisor.Builder tree() {
        return StaticSupervisor.oneForOne()
                .restartTolerance(5, Duration.ofHours(1))
                .add(
                        ChildSpecification.worker("desk", runs().named(DESK).trapExits(true)::start)
                                .shutdown(new Shutdown.Infinity()))
                .add(ChildSpecification.worker("guest", runs()::start).restart(Restart.TEMPORARY))
                .add(
                        StaticSupervisor.oneForOne()
                                .add(
                                        ChildSpecification.worker(
                                                "archive", runs().named(ARCHIVE)::start))
                                .supervised("back")
                                .declaredBy(Shop.class))
                .add(
                        FactorySupervisor.workerChild((String user) -> runs().start())
                                .named(CARTS)
                                .supervised("carts"));
    }

    private static ActorBuilder<Integer, Runnable, Subject<Runnable>> runs() {
        return Actor.startingWith(
                        () -> {
                            if (FAILS.get()) throw new IllegalStateException("a secret");
                            return 0;
                        })
                .onMessage(
                        (Integer state, Runnable task) -> {
                            task.run();
                            return Next.<Integer, Runnable>continueWith(state);
                        });
    }

    @Bean
    FilterRegistrationBean<jakarta.servlet.Filter> callers() {
        return new FilterRegistrationBean<>(
                (request, response, chain) ->
                        chain.doFilter(new Caller((HttpServletRequest) request), response));
    }

    private static final class Caller extends HttpServletRequestWrapper {
        Caller(HttpServletRequest request) {
            super(request);
        }

        @Override
        public @Nullable Principal getUserPrincipal() {
            String user = getHeader("X-User");
            return user == null ? null : () -> user;
        }

        @Override
        public boolean isUserInRole(String role) {
            return role.equals(getHeader("X-Role"));
        }
    }

    static void crash() {
        throw new IllegalStateException("a secret");
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void eventually(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            Assertions.assertThat(System.nanoTime() - end).as(what).isNegative();
            Thread.onSpinWait();
        }
    }
}
