/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotationTests {
    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final Secret first = Secret.generate();
    private final Secret second = Secret.generate();
    private final Secret third = Secret.generate();

    private static List<OldSecret> done(Rotation rotation) {
        return ((Rotation.Done) rotation).old();
    }

    @Test
    void theSecretBeforeStaysValidForTheOverlap() {
        var old = done(Rotation.decide(first, List.of(), second, DAY, NOW));

        assertThat(old).containsExactly(new OldSecret(first, NOW.plus(DAY)));
        assertThat(old.getFirst().isValid(NOW.plus(DAY).minusMillis(1))).isTrue();
        assertThat(old.getFirst().isValid(NOW.plus(DAY))).isFalse();
    }

    @Test
    void aSecondRotationKeepsTheFirstSecretUntilItsTimeIsOver() {
        var old = done(Rotation.decide(first, List.of(), second, DAY, NOW));
        Instant later = NOW.plusSeconds(60);

        var both = Rotation.decide(second, old, third, DAY, later);

        assertThat(done(both))
                .containsExactly(
                        new OldSecret(second, later.plus(DAY)),
                        new OldSecret(first, NOW.plus(DAY)));
        assertThat(((Rotation.Done) both).until()).isEqualTo(later.plus(DAY));
        assertThat(done(Rotation.decide(second, old, third, DAY, NOW.plus(DAY))))
                .extracting(OldSecret::secret)
                .containsExactly(second);
    }

    @Test
    void aRepeatedRotationChangesNothing() {
        var old = done(Rotation.decide(first, List.of(), second, DAY, NOW));

        assertThat(done(Rotation.decide(second, old, second, DAY, NOW.plusSeconds(1))))
                .isEqualTo(old);
    }

    @Test
    void aSecretThatComesBackIsNotAnOldOne() {
        var old = done(Rotation.decide(first, List.of(), second, DAY, NOW));

        assertThat(done(Rotation.decide(second, old, first, DAY, NOW)))
                .extracting(OldSecret::secret)
                .containsExactly(second);
    }

    @Test
    void moreThanThreeOldSecretsAreRefusedUntilTheFirstIsOver() {
        List<OldSecret> old = List.of();
        Secret current = first;
        for (int n = 0; n < OldSecret.MOST; n++) {
            Secret next = Secret.generate();
            old = done(Rotation.decide(current, old, next, DAY, NOW.plusSeconds(n)));
            current = next;
        }

        assertThat(old).hasSize(3);
        assertThat(Rotation.decide(current, old, third, DAY, NOW.plusSeconds(9)))
                .isEqualTo(new Rotation.TooMany(NOW.plus(DAY)));
        assertThat(Rotation.decide(current, old, third, DAY, NOW.plus(DAY)))
                .isInstanceOf(Rotation.Done.class);
        assertThat(Rotation.decide(current, old, third, Duration.ZERO, NOW.plusSeconds(9)))
                .isInstanceOf(Rotation.Done.class);
    }

    @Test
    void aSecretThatCannotBeReadIsReplacedWithoutAnOverlap() {
        assertThat(done(Rotation.decide(null, List.of(), second, DAY, NOW))).isEmpty();
        assertThat(done(Rotation.decide(first, List.of(), second, Duration.ZERO, NOW))).isEmpty();
    }

    @Test
    void whatCannotBeReadInTheDatabaseIsLeftOut() {
        var known = new OldSecret(first, NOW.plus(DAY));
        String text = OldSecret.text(List.of(known, new OldSecret(second, NOW)));

        assertThat(OldSecret.parse(text)).containsExactly(known, new OldSecret(second, NOW));
        assertThat(
                        OldSecret.parse(
                                "\n\nx y\n" + NOW + " whsec_%\n" + NOW + "\nwhsec_AAAA\n" + text))
                .containsExactly(known, new OldSecret(second, NOW));
        assertThat(OldSecret.parse(null)).isEmpty();
        assertThat(OldSecret.text(List.of())).isNull();
    }
}
