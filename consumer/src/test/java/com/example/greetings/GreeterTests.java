package com.example.greetings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.Subject;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
class GreeterTests {
    @Autowired Subject<Greeter.Greet> greeter;

    @Test
    void countsItsGreetings() {
        assertThat(greet("Joe")).isEqualTo("Hello Joe, number 1");
        assertThat(greet("Mike")).isEqualTo("Hello Mike, number 2");
    }

    private String greet(String name) {
        return greeter.call(reply -> new Greeter.Greet(name, reply));
    }
}
