/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.mockito.BDDMockito.then;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** A test replaces an actor by a mock of its subject. */
@SpringBootTest(classes = ReplacedSubjectTests.Application.class)
class ReplacedSubjectTests {

    @SpringBootConfiguration
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import({Counter.class, Client.class})
    static class Application {}

    record Client(Subject<Counter.Message> counter) {}

    @MockitoBean private Subject<Counter.Message> counter;

    @Autowired private Client client;
    @Autowired private OtpSystem system;

    @Test
    void aMockIsInjectedInsteadOfTheSubject() {
        client.counter().send(new Counter.Add(1));

        assertThat(client.counter()).isSameAs(counter);
        then(counter).should().send(new Counter.Add(1));
    }

    @Test
    void noActorIsStarted() {
        assertThat(system).isRunning().actor("/counter").doesNotExist();
    }
}
