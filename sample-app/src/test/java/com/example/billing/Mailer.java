/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Its call to {@link Printer} times out. */
@SupervisedActor(supervisor = BillingSupervisor.class, order = 3, trapExits = false)
public class Mailer implements Actor<Integer, Mailer.Mail> {
    private static final Logger LOG = LoggerFactory.getLogger(Mailer.class);

    /** Prints and mails an invoice. */
    public record Mail(String invoice) {}

    private final Subject<Printer.Print> printer;

    Mailer(Subject<Printer.Print> printer) {
        this.printer = printer;
    }

    @Override
    public Integer init(Subject<Mail> self) {
        return 0;
    }

    @Override
    public Next<Integer, Mail> onMessage(Integer mailed, Mail mail) {
        try {
            printer.<Integer>call(Duration.ofMillis(500), Printer.Print::new);
        } catch (CallException e) {
            LOG.warn("invoice {} is not printed: {}", mail.invoice(), e.getMessage());
        }
        return Next.continueWith(mailed + 1);
    }
}
