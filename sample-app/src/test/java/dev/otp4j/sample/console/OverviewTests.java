/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.console;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.times;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.sample.console.Overview.Message;
import dev.otp4j.spring.test.ActorTest;
import dev.otp4j.spring.test.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** The overview alone, with pages that ask it. */
@ActorTest(Overview.class)
@VirtualTime
class OverviewTests {
    private static final byte[] FIRST = {1};
    private static final byte[] SECOND = {2};

    @Autowired OtpSystem system;
    @Autowired VirtualClock time;
    @Autowired Subject<Message> overview;
    @MockitoBean Pictures pictures;

    @BeforeEach
    void pictures() {
        time.advance(Duration.ofSeconds(1));
        given(pictures.take()).willReturn(FIRST, SECOND);
    }

    private byte[] look() {
        return overview.call(Message.Look::new);
    }

    @Test
    void withoutAPageNothingIsRead() {
        time.advance(Duration.ofHours(1));

        then(pictures).shouldHaveNoInteractions();
    }

    @Test
    void manyPagesShareOnePictureASecond() {
        for (int page = 0; page < 50; page++) assertThat(look()).isEqualTo(FIRST);
        time.advance(Duration.ofMillis(999));
        assertThat(look()).isEqualTo(FIRST);
        then(pictures).should(times(1)).take();

        time.advance(Duration.ofMillis(1));

        for (int page = 0; page < 50; page++) assertThat(look()).isEqualTo(SECOND);
        then(pictures).should(times(2)).take();
    }

    @Test
    void aDatabaseThatFailsIsToldAndAskedAgain() {
        var failure = new QueryTimeoutException("busy");
        given(pictures.take()).willThrow(failure).willReturn(FIRST);

        assertThatThrownBy(this::look).isSameAs(failure);

        assertThat(look()).isEqualTo(FIRST);
        assertThat(system).actor("/overview").isRunning().hasRestarts(0);
    }
}
