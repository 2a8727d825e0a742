package com.example.greetings;

import dev.otp4j.process.Subject;
import org.springframework.boot.CommandLineRunner;
import org.springframework.stereotype.Component;

@Component
class Welcome implements CommandLineRunner {
    private final Subject<Greeter.Greet> greeter;

    Welcome(Subject<Greeter.Greet> greeter) {
        this.greeter = greeter;
    }

    @Override
    public void run(String... arguments) {
        for (String name : arguments) {
            if (name.startsWith("--")) continue;
            System.out.println(greeter.<String>call(reply -> new Greeter.Greet(name, reply)));
        }
    }
}
