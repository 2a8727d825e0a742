package com.example.greetings;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;

@SupervisedActor
class Greeter implements Actor<Integer, Greeter.Greet> {
    record Greet(String name, Subject<String> replyTo) {}

    @Override
    public Integer init(Subject<Greet> self) {
        return 0; // the first state, at each start and restart
    }

    @Override
    public Next<Integer, Greet> onMessage(Integer greeted, Greet greet) {
        greet.replyTo().send("Hello " + greet.name() + ", number " + (greeted + 1));
        return Next.continueWith(greeted + 1);
    }
}
