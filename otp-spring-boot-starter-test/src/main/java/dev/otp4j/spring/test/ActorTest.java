/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of a few actors of a Spring Boot application: starts these actors below their supervisors,
 * and nothing else of the application.
 *
 * {@snippet :
 * @ActorTest(Greeter.class)
 * class GreeterTests {
 *     @Autowired Subject<Greeter.Message> greeter;
 *     @Autowired OtpSystem system;
 *     @MockitoBean Translator translator;
 *
 *     @Test
 *     void greets() {
 *         given(translator.hello("fr")).willReturn("Bonjour");
 *         assertThat(greeter.call(replyTo -> new Greet("fr", replyTo))).isEqualTo("Bonjour");
 *     }
 * }
 * }
 *
 * <p>The context has the {@code Subject} of each actor named here, the {@code OtpSystem}, the
 * auto-configuration of the tree, placeholders and the binding of {@code @ConfigurationProperties}.
 * Components of the application are not scanned, and neither are classes with
 * {@code @ConfigurationProperties}: name those in {@code @EnableConfigurationProperties} on the
 * test. What the actors need comes from {@code @MockitoBean}, {@code @Import}, {@link
 * #includeFilters} or the {@code @Bean} methods of the class annotated with
 * {@code @SpringBootApplication}. The subject of an actor that is not named here is replaced in the
 * same way, for example by {@code @MockitoBean Subject<Message>} or a {@code @Bean} that is a
 * {@code Probe}; no such actor is started.
 *
 * <p>Test classes with the same configuration share a context, and so the actors and their states.
 * {@code OtpTesting.kill} gives an actor a fresh state; {@code @DirtiesContext} makes a fresh
 * context.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(ActorTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(ActorTypeExcludeFilter.class)
@ImportAutoConfiguration
public @interface ActorTest {
    /**
     * Classes of the actors that are started: annotated with {@code @SupervisedActor}. None starts
     * an empty tree.
     */
    Class<?>[] value() default {};

    /** Properties of the environment, as {@code key=value}. */
    String[] properties() default {};

    /** Which components of the application are scanned although they are no actors named here. */
    Filter[] includeFilters() default {};

    /** Which of {@link #includeFilters} are left out all the same. */
    Filter[] excludeFilters() default {};

    /** Auto-configurations that are left out. */
    @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
    Class<?>[] excludeAutoConfiguration() default {};
}
