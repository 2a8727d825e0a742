/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ActorTestTests {
    @ActorTest(String.class)
    private static final class NoActor {}

    @Test
    void namesAClassThatIsNoActor() {
        var factory = new ActorTestContextCustomizerFactory();

        assertThatIllegalStateException()
                .isThrownBy(() -> factory.createContextCustomizer(NoActor.class, List.of()))
                .withMessageContaining(
                        "java.lang.String, which is not annotated with @SupervisedActor");
    }
}
