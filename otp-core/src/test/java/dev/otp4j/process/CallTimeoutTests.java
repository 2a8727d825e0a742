/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a call waits that names no time. */
@Timeout(60)
class CallTimeoutTests {
    private static final Duration SHORT = Duration.ofMillis(1);

    /** An actor that never replies. */
    private static Subject<Subject<String>> silent(ProcessRuntime runtime) {
        return Actor.startingWith(() -> 0)
                .onMessage((Integer state, Subject<String> replyTo) -> Next.continueWith(state))
                .runtime(runtime)
                .start()
                .data();
    }

    @Test
    void isThatOfTheRuntimeOfTheCallee() {
        try (ProcessRuntime runtime = ProcessRuntime.builder().callTimeout(SHORT).build()) {
            Subject<Subject<String>> silent = silent(runtime);

            assertThatThrownBy(() -> silent.<String>call(reply -> reply))
                    .isInstanceOf(CallException.TimedOut.class)
                    .hasMessageContaining(SHORT.toString());
            assertThatThrownBy(() -> Processes.run(() -> silent.<String>call(reply -> reply)))
                    .isInstanceOf(CallException.TimedOut.class)
                    .hasMessageContaining(SHORT.toString());
        }
    }

    @Test
    void isThatOfTheRuntimeOfTheName() {
        try (ProcessRuntime runtime = ProcessRuntime.builder().callTimeout(SHORT).build()) {
            Name<Subject<String>> name = Name.create(runtime, "vacant");
            name.whileVacant(Vacancy.holding(1));

            assertThatThrownBy(() -> name.subject().<String>call(reply -> reply))
                    .isInstanceOf(CallException.TimedOut.class)
                    .hasMessageContaining(SHORT.toString());
        }
    }

    @Test
    void isFiveSecondsByDefault() {
        try (ProcessRuntime runtime = ProcessRuntime.builder().build()) {
            assertThat(runtime.callTimeout())
                    .isEqualTo(Subject.DEFAULT_CALL_TIMEOUT)
                    .isEqualTo(Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void isPositive(String limit) {
        assertThatThrownBy(() -> ProcessRuntime.builder().callTimeout(Duration.parse(limit)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'limit' must be positive: " + limit);
    }
}
