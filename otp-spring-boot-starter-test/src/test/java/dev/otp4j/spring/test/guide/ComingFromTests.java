/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.spring.test.guide.Page.Section;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the code before and after of {@code docs/coming-from.md}, and runs both. */
@Timeout(120) // compiles and starts an application
class ComingFromTests {
    private static final String IMPORTS =
            """
            package office;

            import dev.otp4j.actor.*;
            import dev.otp4j.process.*;
            import dev.otp4j.spring.*;
            import jakarta.annotation.PreDestroy;
            import java.time.Duration;
            import java.util.*;
            import java.util.concurrent.*;
            import org.springframework.scheduling.annotation.*;
            import org.springframework.stereotype.Component;
            """;
    private static final String APPLICATION =
            """
            package office;

            @org.springframework.boot.autoconfigure.SpringBootApplication
            @org.springframework.scheduling.annotation.EnableAsync
            @org.springframework.scheduling.annotation.EnableScheduling
            class OfficeApplication {}
            """;
    private static final String MAIL_SERVER =
            "package office;\ninterface MailServer { void deliver(String to); }";
    private static final String PRICE_LIST =
            "package office;\ninterface PriceList { java.util.Map<String, Integer> load(); }";
    private static final String PARCELS =
            "package office;\ninterface Parcels { void pack(String order); }";
    private static final String TESTS =
            """
            package office;

            import static org.assertj.core.api.Assertions.assertThat;
            import static org.assertj.core.api.Assertions.assertThatThrownBy;
            import static org.awaitility.Awaitility.await;

            import dev.otp4j.process.Subject;
            import dev.otp4j.test.OtpAssertions;
            import java.util.*;
            import java.util.concurrent.*;
            import org.junit.jupiter.api.Test;
            import org.springframework.beans.factory.annotation.Autowired;
            import org.springframework.boot.test.context.*;
            import org.springframework.context.annotation.Bean;

            @SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
            class OfficeTests {
                @TestConfiguration
                static class Collaborators {
                    @Bean
                    BlockingQueue<String> delivered() { return new LinkedBlockingQueue<>(); }

                    @Bean
                    BlockingQueue<String> packed() { return new LinkedBlockingQueue<>(); }

                    @Bean
                    MailServer server(BlockingQueue<String> delivered) {
                        return to -> {
                            if (to.isEmpty()) throw new IllegalArgumentException("no address");
                            delivered.add(to);
                        };
                    }

                    @Bean
                    PriceList list() { return () -> Map.of("tea", 3); }

                    @Bean
                    Parcels parcels(BlockingQueue<String> packed) { return packed::add; }
                }

                @Autowired BlockingQueue<String> delivered;
                @Autowired BlockingQueue<String> packed;
                @Autowired dev.otp4j.application.OtpSystem system;

                @Test
                void mails(@Autowired AsyncMailer before, @Autowired Subject<Mailer.Mail> after)
                        throws Exception {
                    before.send("ada");
                    assertThat(delivered.poll(5, TimeUnit.SECONDS)).isEqualTo("ada");

                    after.send(new Mailer.Mail("joe"));
                    after.send(new Mailer.Mail("mike"));
                    assertThat(delivered.poll(5, TimeUnit.SECONDS)).isEqualTo("joe");
                    assertThat(delivered.poll(5, TimeUnit.SECONDS)).isEqualTo("mike");

                    before.send("");
                    after.send(new Mailer.Mail(""));
                    OtpAssertions.assertThat(system).actor("/mailer").hasRestarts(1).isRunning();
                    after.send(new Mailer.Mail("robert"));
                    assertThat(delivered.poll(5, TimeUnit.SECONDS)).isEqualTo("robert");
                }

                @Test
                void prices(@Autowired ScheduledPrices before, @Autowired Subject<Prices.Message> after) {
                    await().untilAsserted(() -> assertThat(before.price("tea")).isEqualTo(3));

                    int price = after.call(reply -> new Prices.Get("tea", reply));
                    assertThat(price).isEqualTo(3);
                }

                @Test
                void accounts(
                        @Autowired PooledAccounts before, @Autowired Subject<Accounts.Deposit> after)
                        throws Exception {
                    before.deposit("ada", 10).get();
                    assertThat(before.deposit("ada", 20).get()).isEqualTo(30);

                    assertThat(deposit(after, 10)).isEqualTo(10);
                    assertThat(deposit(after, 20)).isEqualTo(30);
                    assertThatThrownBy(() -> deposit(after, -1))
                            .isInstanceOf(IllegalArgumentException.class);
                    assertThat(deposit(after, 1)).isEqualTo(31);
                }

                private static int deposit(Subject<Accounts.Deposit> accounts, int amount) {
                    return accounts.call(reply -> new Accounts.Deposit("ada", amount, reply));
                }

                @Test
                void orders(@Autowired QueuedPacker before, @Autowired Subject<Packer.Pack> after)
                        throws Exception {
                    before.pack("tea");
                    assertThat(packed.poll(5, TimeUnit.SECONDS)).isEqualTo("tea");

                    boolean done = after.call(reply -> new Packer.Pack("cups", reply));
                    assertThat(done).isTrue();
                    assertThat(packed).containsExactly("cups");
                }
            }
            """;

    @TempDir Path folder;

    @Test
    void theCodeBeforeAndAfterDoesTheSame() throws Exception {
        var project = new Project(folder, "office");
        Page page = Page.read("coming-from.md");
        assertThat(page.sections())
                .allSatisfy(section -> assertThat(section.blocks("java")).hasSize(2));
        for (Section section : page.sections()) {
            for (String source : section.blocks("java")) project.put(IMPORTS + source);
        }
        for (String source : new String[] {APPLICATION, MAIL_SERVER, PRICE_LIST, PARCELS, TESTS}) {
            project.put(source);
        }

        project.test(project.compile());
    }
}
