/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.boot;

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
class StartGateTests {
    private final StartGate gate = new StartGate();
    private final ProcessRuntime runtime = ProcessRuntime.builder().listener(gate).build();

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
                    StartGate.Stage stage = StartGate.enter();
                    assertThat(stage.next("a")).isNull();

                    gate.callOff("late");

                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    assertThat(gate.stuck()).endsWith("/a");
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
                    assertThat(StartGate.enter().leave()).isNull();

                    gate.callOff("late");

                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    assertThat(gate.calledOff()).isEqualTo("late");
                });
    }

    @Test
    @Rule("B-03")
    void whatIsStartedLaterFailsUntilTheNextStart() {
        gate.callOff("late");
        gate.callOff("later");
        inProcess(
                () -> {
                    StartGate.Stage stage = StartGate.enter();
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    assertThat(stage.next("a")).isEqualTo("late");
                    assertThat(stage.leave()).isEqualTo("late");
                });

        gate.begin(null);

        inProcess(
                () -> {
                    StartGate.Stage stage = StartGate.enter();
                    assertThat(stage.next("a")).isNull();
                    assertThat(stage.leave()).isNull();
                });
    }
}
