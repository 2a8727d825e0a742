/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.clock;

import dev.otp4j.process.Subject;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application with timers, requests and asynchronous methods. */
@SpringBootApplication
@EnableAsync
public class ReminderApplication {
    /** Its requests send and call. */
    @RestController
    static class ReminderController {
        private final Subject<Reminder.Message> reminder;

        ReminderController(Subject<Reminder.Message> reminder) {
            this.reminder = reminder;
        }

        @PostMapping("/reminders")
        void remind() {
            reminder.send(new Reminder.Remind());
        }

        @GetMapping("/reminders")
        int reminded() {
            return reminder.call(Reminder.Count::new);
        }
    }

    /** Calls on a thread of Spring's executor. */
    @Service
    static class Background {
        private final Subject<Reminder.Message> reminder;

        Background(Subject<Reminder.Message> reminder) {
            this.reminder = reminder;
        }

        @Async
        public CompletableFuture<Integer> reminded() {
            return CompletableFuture.completedFuture(reminder.call(Reminder.Count::new));
        }
    }
}
