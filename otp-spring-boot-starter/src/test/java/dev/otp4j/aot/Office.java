/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.aot;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.aot.messages.Order;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.supervisor.FactorySupervisor;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.context.support.GenericApplicationContext;

/** An application none of whose types is public, and a program that runs it. */
@Configuration
@Import({
    Office.Clerk.class,
    Office.Safe.class,
    Office.Orders.class,
    Office.Red.class,
    Office.Blue.class,
    Office.Users.class
})
class Office {
    @Supervisor
    static class Floor {}

    record Ask(String text, Subject<String> replyTo) {}

    @SupervisedActor(supervisor = Floor.class)
    static class Clerk extends Answering<Ask> {
        Clerk() {
            super(ask -> ask.replyTo(), "clerk");
        }
    }

    @SupervisedActor
    static class Safe implements Actor<String, Safe.Secret> {
        private record Secret(Subject<String> replyTo) {}

        static String open(Subject<?> safe) {
            @SuppressWarnings("unchecked")
            var own = (Subject<Secret>) safe;
            return own.call(Secret::new);
        }

        @Override
        public String init(Subject<Secret> self) {
            return "open";
        }

        @Override
        public Next<String, Secret> onMessage(String state, Secret secret) {
            secret.replyTo().send(state);
            return Next.continueWith(state);
        }
    }

    @SupervisedActor("incoming")
    static class Orders extends Answering<Order> {
        Orders() {
            super(order -> order.replyTo(), "orders");
        }
    }

    record Stamp(Subject<String> replyTo) {}

    @Qualifier
    @Retention(RetentionPolicy.RUNTIME)
    @interface Coloured {}

    @SupervisedActor
    static class Red extends Answering<Stamp> {
        Red() {
            super(stamp -> stamp.replyTo(), "red");
        }
    }

    @SupervisedActor
    @Coloured
    static class Blue extends Answering<Stamp> {
        Blue() {
            super(stamp -> stamp.replyTo(), "blue");
        }
    }

    record Parcel(String text, Subject<String> replyTo) {}

    static class Porter extends Answering<Parcel> {
        Porter() {
            super(parcel -> parcel.replyTo(), "porter");
        }
    }

    record Room(int number) {}

    @Bean
    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    Late late() {
        return new Late("late");
    }

    @Bean
    @ChildOf(supervisor = Floor.class, order = 1)
    FactorySupervisor.Builder<Room, Subject<Parcel>> porters() {
        return FactorySupervisor.workerChild(room -> Actor.of(Porter::new).start());
    }

    /** Answers each message with one text. */
    abstract static class Answering<M> implements Actor<String, M> {
        private final Function<M, Subject<String>> replyTo;
        private final String text;

        Answering(Function<M, Subject<String>> replyTo, String text) {
            this.replyTo = replyTo;
            this.text = text;
        }

        @Override
        public String init(Subject<M> self) {
            return text;
        }

        @Override
        public Next<String, M> onMessage(String state, M message) {
            replyTo.apply(message).send(state);
            return Next.continueWith(state);
        }
    }

    /** Injects what the application declares. */
    record Users(
            Subject<Ask> clerk,
            Subject<Order> anyName,
            Subject<Stamp> red,
            @Coloured Subject<Stamp> byQualifier,
            Subject<Knock> late,
            FactorySupervisor<Room, Subject<Parcel>> porters) {}

    /** Runs in a class loader that has the generated classes too. */
    public static final class Program implements Function<Object, List<String>> {
        @Override
        @SuppressWarnings("unchecked")
        public List<String> apply(Object generated) {
            var answers = new ArrayList<String>();
            try (var context = new GenericApplicationContext()) {
                ((ApplicationContextInitializer<GenericApplicationContext>) generated)
                        .initialize(context);
                context.refresh();
                var users = context.getBean(Users.class);
                answers.add(users.clerk().call((Subject<String> to) -> new Ask("?", to)));
                answers.add(users.anyName().call((Subject<String> to) -> new Order("?", to)));
                answers.add(users.red().call((Subject<String> to) -> new Stamp(to)));
                answers.add(users.byQualifier().call((Subject<String> to) -> new Stamp(to)));
                answers.add(users.late().call((Subject<String> to) -> new Knock(to)));
                answers.add(Safe.open(context.getBean("safe", Subject.class)));
                Subject<Parcel> porter = users.porters().startChild(new Room(7)).data();
                answers.add(porter.call((Subject<String> to) -> new Parcel("?", to)));
                var system = context.getBean(OtpSystem.class);
                system.tree(5, 100)
                        .orElseThrow()
                        .children()
                        .forEach(child -> answers.add(child.path()));
            }
            return answers;
        }
    }
}

record Knock(Subject<String> replyTo) {}

@SupervisedActor
class Late extends Office.Answering<Knock> {
    Late(String text) {
        super(knock -> knock.replyTo(), text);
    }
}
