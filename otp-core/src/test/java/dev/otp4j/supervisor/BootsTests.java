/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.testkit.Rule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The interrupt that calls a start off reaches the thread that starts children, and no later code.
 */
@Timeout(10)
class BootsTests {
    private final Boots boots = new Boots();
    private final ProcessRuntime runtime = ProcessRuntime.builder().listener(boots).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private void inProcess(Runnable body) {
        Processes.run(
                runtime,
                () -> {
                    body.run();
                    return true;
                });
    }

    @Test
    @Rule("B-03")
    void whoLeavesTakesNoInterruptAlong() {
        inProcess(
                () -> {
                    Boots.Stage stage = Boots.enter();
                    assertThat(stage.next("a")).isNull();

                    boots.callOff("late");

                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    assertThat(boots.stuck()).endsWith("/a");
                    assertThat(stage.next("b")).isEqualTo("late");
                    assertThat(stage.leave()).isEqualTo("late");
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                });
    }

    @Test
    @Rule("B-03")
    void whoHasLeftIsNotInterrupted() {
        inProcess(
                () -> {
                    assertThat(Boots.enter().leave()).isNull();

                    boots.callOff("late");

                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    assertThat(boots.calledOff()).isEqualTo("late");
                });
    }

    @Test
    @Rule("B-03")
    void whatIsStartedLaterFailsUntilTheNextStart() {
        boots.callOff("late");
        boots.callOff("later");
        inProcess(
                () -> {
                    Boots.Stage stage = Boots.enter();
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    assertThat(stage.next("a")).isEqualTo("late");
                    assertThat(stage.leave()).isEqualTo("late");
                });

        boots.begin(null);

        inProcess(
                () -> {
                    Boots.Stage stage = Boots.enter();
                    assertThat(stage.next("a")).isNull();
                    assertThat(stage.leave()).isNull();
                });
    }
}
