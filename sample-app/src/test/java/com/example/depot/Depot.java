/* SPDX-License-Identifier: Apache-2.0 */
package com.example.depot;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.supervisor.ChildSpecification;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The part of the application whose actors fail as they are told. */
@Configuration(proxyBeanMethods = false)
public class Depot {
    /** What an actor does with a message. */
    public interface Job {
        /** Does it. */
        void run() throws Exception;
    }

    private static final class Hand implements Actor<Integer, Job> {
        @Override
        public Integer init(Subject<Job> self) {
            return 0;
        }

        @Override
        public Next<Integer, Job> onMessage(Integer done, Job job) throws Exception {
            job.run();
            return Next.continueWith(done + 1);
        }
    }

    private final Map<String, Name<Job>> names = new ConcurrentHashMap<>();

    @Bean
    @ChildOf(supervisor = DepotSupervisor.class, order = 0)
    ChildSpecification<Subject<Job>> sorter() {
        return hand("sorter");
    }

    @Bean
    @ChildOf(supervisor = DepotSupervisor.class, order = 1)
    ChildSpecification<Subject<Job>> press() {
        return hand("press");
    }

    @Bean
    @ChildOf(supervisor = DepotSupervisor.class, order = 2)
    ChildSpecification<Subject<Job>> ramp() {
        return hand("ramp");
    }

    @Bean
    @ChildOf(supervisor = DepotSupervisor.class, order = 3)
    ChildSpecification<Subject<Job>> crane() {
        return hand("crane");
    }

    @Bean
    @ChildOf(supervisor = DepotSupervisor.class, order = 4)
    ChildSpecification<Subject<Job>> buffer() {
        return hand("buffer");
    }

    @Bean
    @ChildOf(supervisor = LiftSupervisor.class)
    ChildSpecification<Subject<Job>> cabin() {
        return hand("cabin");
    }

    private ChildSpecification<Subject<Job>> hand(String id) {
        Name<Job> name = Name.create(id, Vacancy.holding(100));
        names.put(id, name);
        return ChildSpecification.worker(id, () -> Actor.of(Hand::new).named(name).start());
    }

    /** {@return the name of an actor} */
    public Name<Job> name(String actor) {
        return names.get(actor);
    }

    /** Has an actor do something. */
    public void send(String actor, Job job) {
        names.get(actor).subject().send(job);
    }
}
