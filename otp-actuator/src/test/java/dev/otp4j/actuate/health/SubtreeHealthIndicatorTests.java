/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.health;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.otp4j.process.Pid;
import dev.otp4j.sys.Sys;
import dev.otp4j.test.OtpTesting;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

@Timeout(60)
class SubtreeHealthIndicatorTests {
    private final Subtrees tree = new Subtrees();

    @AfterEach
    void stop() {
        tree.close();
    }

    private Health health(String path) {
        return new SubtreeHealthIndicator(tree.system, path).health();
    }

    private Status payments() {
        return health("/payments").getStatus();
    }

    @Test
    void isOutOfServiceWhileNothingRuns() {
        assertThat(payments()).isEqualTo(Status.OUT_OF_SERVICE);
        tree.system.start();
        tree.system.stop(Duration.ofSeconds(5));
        assertThat(payments()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(health("/payments").getDetails()).containsEntry("state", "stopped");
    }

    @Test
    void isUpWhileTheSupervisorRunsThoughItRestartsAChild() {
        tree.system.start();
        assertThat(payments()).isEqualTo(Status.UP);

        tree.crash();

        await().until(() -> health("/payments/card").getStatus().equals(Status.DOWN));
        assertThat(health("/payments/card").getDetails().get("culprit"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("path", "/payments/card")
                .containsEntry("failure", "java.lang.IllegalStateException")
                .containsKey("at");
        assertThat(payments()).isEqualTo(Status.UP);
        assertThat(health("/payments").getDetails())
                .isEqualTo(Map.of("path", "/payments", "state", "running", "restarts", 0));
    }

    @Test
    void isDownWhileTheSupervisorIsBeingRestarted() {
        tree.system.start();
        tree.crash();
        await().until(() -> health("/payments/card").getStatus().equals(Status.DOWN));

        tree.failToStart();

        await().until(() -> payments().equals(Status.DOWN));
        assertThat(health("/payments").getDetails().get("culprit"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .isEqualTo(Map.of("path", "/payments", "state", "restarting"));
        // and so is all that was below it
        assertThat(health("/payments/card").getStatus()).isEqualTo(Status.DOWN);
        assertThat(health("/other").getStatus()).isEqualTo(Status.UP);

        tree.succeed();

        await().until(() -> payments().equals(Status.UP));
        assertThat(health("/payments").getDetails()).containsEntry("restarts", 1);
    }

    @Test
    void isOutOfServiceWhileItIsSuspended() {
        tree.system.start();
        Pid card = OtpTesting.pid(tree.system, "/payments/card");
        Sys.suspend(card);

        assertThat(health("/payments/card").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(health("/payments/card").getDetails()).containsEntry("state", "suspended");
        assertThat(payments()).isEqualTo(Status.UP);

        Sys.resume(card);
        assertThat(health("/payments/card").getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void isDownIfThereIsNoSuchSupervisor() {
        tree.system.start();

        assertThat(health("/no/such").getStatus()).isEqualTo(Status.DOWN);
        assertThat(health("/no/such").getDetails())
                .isEqualTo(Map.of("path", "/no/such", "state", "missing"));
    }

    @Test
    void isDownWithTheCulpritWhenTheRootHasGivenUp() {
        tree.system.start();
        tree.crashOther();
        assertThat(tree.system).hasRestarts(1);
        tree.crashOther();
        assertThat(tree.system).hasGivenUp();

        assertThat(payments()).isEqualTo(Status.DOWN);
        assertThat(health("/payments").getDetails().get("culprit"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("child", "/other")
                .containsEntry("failure", "java.lang.IllegalStateException");
        assertThat(health("/payments").toString()).doesNotContain("secret");
    }

    @Test
    void refusesAPathThatIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> health("payments"))
                .withMessage("'path' must begin with '/': 'payments'");
    }
}
