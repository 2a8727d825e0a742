/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.shop;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import org.springframework.stereotype.Component;

/** The actor under test. Package-private members are no hindrance. */
@SupervisedActor(supervisor = Orders.Office.class)
public class Orders implements Actor<Integer, Orders.Message> {
    /** Its supervisor. */
    @Supervisor("office")
    public static class Office {}

    /** A collaborator. */
    public interface Prices {
        /** The price of an item. */
        int of(String item);
    }

    /** A collaborator that no slice has unless it says so. */
    @Component
    public static class RealPrices implements Prices {
        @Override
        public int of(String item) {
            return item.length();
        }
    }

    /** What it is sent. */
    public sealed interface Message {}

    /** Asks for the price, and ships. */
    public record Order(String item, Subject<Integer> replyTo) implements Message {}

    /** Asks how many orders there were. */
    public record Count(Subject<Integer> replyTo) implements Message {}

    private final Prices prices;
    private final Subject<Shipping.Parcel> shipping;

    Orders(Prices prices, Subject<Shipping.Parcel> shipping) {
        this.prices = prices;
        this.shipping = shipping;
    }

    @Override
    public Integer init(Subject<Message> self) {
        return 0;
    }

    @Override
    public Next<Integer, Message> onMessage(Integer orders, Message message) {
        return switch (message) {
            case Order(var item, var replyTo) -> {
                shipping.send(new Shipping.Parcel(item));
                replyTo.send(prices.of(item));
                yield Next.continueWith(orders + 1);
            }
            case Count(var replyTo) -> {
                replyTo.send(orders);
                yield Next.continueWith(orders);
            }
        };
    }
}
