/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.guide;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.Subject;
import dev.otp4j.spring.modulith.Databases;
import dev.otp4j.spring.modulith.guide.Shop.Invoicing;
import dev.otp4j.spring.modulith.guide.Shop.OrderPlaced;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.JdbcTemplate;

/** The example of {@code docs/durable-delivery.md} is this code, and it runs. */
@Timeout(60)
class GuideTests {
    private static final Path GUIDE = Path.of("..", "docs", "durable-delivery.md");
    private static final Path CODE =
            Path.of("src/test/java/dev/otp4j/spring/modulith/guide/Shop.java");

    private static String plain(String code) {
        return code.replaceAll("\\bstatic class\\b", "class").replaceAll("\\s+", " ").strip();
    }

    @Test
    void theExamplesOfTheGuideAreTheCode() throws Exception {
        List<String> shown =
                Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(GUIDE))
                        .results()
                        .map((MatchResult found) -> plain(found.group(1)))
                        .toList();
        String code = Files.readString(CODE);
        String between = code.substring(code.indexOf("// guide"), code.indexOf("// end"));
        List<String> parts =
                Arrays.stream(between.split("// guide")).skip(1).map(GuideTests::plain).toList();

        assertThat(shown).containsExactlyElementsOf(parts);
    }

    static Stream<String> databases() {
        return Stream.of(Databases.h2(), Databases.postgres());
    }

    @ParameterizedTest
    @MethodSource("databases")
    void anOrderThatIsPlacedGetsOneInvoice(String url) {
        try (ConfigurableApplicationContext context =
                new SpringApplicationBuilder(Shop.Application.class)
                        .web(WebApplicationType.NONE)
                        .properties(
                                "spring.datasource.url=" + url,
                                "spring.modulith.events.jdbc.schema-initialization.enabled=true",
                                "spring.main.banner-mode=off")
                        .run()) {
            var jdbc = context.getBean(JdbcTemplate.class);
            jdbc.execute("CREATE TABLE orders (id UUID PRIMARY KEY, cents INT)");
            jdbc.execute("CREATE TABLE invoice (order_id UUID PRIMARY KEY, cents INT)");
            UUID id = UUID.randomUUID();

            context.getBean(Shop.Orders.class).place(id, 995);

            String completed =
                    "SELECT COUNT(*) FROM event_publication WHERE completion_date IS NOT NULL";
            eventually("completed", () -> count(jdbc, completed) == 1);
            assertThat(count(jdbc, "SELECT SUM(cents) FROM invoice")).isEqualTo(995);
            Boolean repeated =
                    invoicing(context)
                            .call(
                                    Duration.ofSeconds(5),
                                    reply -> new Invoicing.Bill(new OrderPlaced(id, 995), reply));
            assertThat(repeated).isTrue();
            assertThat(count(jdbc, "SELECT SUM(cents) FROM invoice")).isEqualTo(995);
        }
    }

    private static long count(JdbcTemplate jdbc, String sql) {
        Long found = jdbc.queryForObject(sql, Long.class);
        return found == null ? 0 : found;
    }

    @SuppressWarnings("unchecked")
    private static Subject<Invoicing.Bill> invoicing(ConfigurableApplicationContext context) {
        return (Subject<Invoicing.Bill>)
                context.getBeanProvider(
                                ResolvableType.forClassWithGenerics(
                                        Subject.class, Invoicing.Bill.class))
                        .getObject();
    }
}
