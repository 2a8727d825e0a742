/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static dev.otp4j.lease.Fleet.await;
import static dev.otp4j.lease.Fleet.pause;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otp4j.testkit.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Instances in JVMs of their own whose clocks are wrong, or whose collector stops all threads. */
@Tag("race")
@Timeout(300)
class LeaseConditionsTests {
    private static final Duration TTL = Duration.ofSeconds(4);

    @TempDir private Path folder;
    private Fleet fleet;
    private Arbiter arbiter;

    @BeforeEach
    @Timeout(120)
    void start() throws Exception {
        fleet = new Fleet(folder, TTL);
        arbiter = fleet.arbiter;
    }

    @AfterEach
    @Timeout(120)
    void stop() throws Exception {
        fleet.close();
    }

    /** The collector stops all threads for two thirds of the time. */
    @Test
    @Rule("LE-04")
    void pausesOfTheCollectorDoNotStopTheKeeper() throws Exception {
        var collecting =
                new Fleet.Launch(
                        List.of("-XX:+UseSerialGC", "-Xmx256m", "-Dlease.garbage=600000"),
                        Map.of());
        fleet.launch("collects", collecting);
        fleet.awaitHolder();
        fleet.launch("waits");
        long token = arbiter.largest();
        int writes = arbiter.writes();
        pause(2 * TTL.toMillis());

        assertThat(arbiter.writer()).isEqualTo("collects");
        assertThat(arbiter.largest()).isEqualTo(token);
        await("it still writes", () -> arbiter.writes() > writes + 20, TTL);
        assertThat(fleet.log("collects")).containsPattern("collected in \\d{2,} ms");
    }

    @Test
    @Rule("LE-02")
    void aClockThatIsAnHourOffChangesNothing() throws Exception {
        Optional<Path> library = faketime();
        boolean required = "1".equals(System.getenv("OTP4J_CI"));
        assumeTrue(required || library.isPresent(), "libfaketime is not installed");
        assertThat(library).as("libfaketime, package 'faketime'").isPresent();

        fleet.launch("late", clock(library.get(), "late", "-1h"));
        fleet.awaitHolder();
        fleet.launch("early", clock(library.get(), "early", "+1h"));
        long token = arbiter.largest();
        for (String offset : List.of("+2h", "-1d", "+0")) {
            set("late", offset);
            set("early", offset.startsWith("+") ? "-1h" : "+1h");
            pause(TTL.toMillis() / 2);
            assertThat(arbiter.largest()).as("after %s", offset).isEqualTo(token);
            assertThat(fleet.isQuiet()).isFalse();
        }
        fleet.signal("late", "KILL");
        fleet.awaitSuccessor("late");
        assertThat(arbiter.largest()).isEqualTo(token + 1);
        assertThat(arbiter.faults()).isEmpty();
    }

    private static Optional<Path> faketime() throws IOException {
        Path folder = Path.of("/usr/lib");
        if (!Files.isDirectory(folder)) return Optional.empty();
        try (Stream<Path> found = Files.walk(folder, 3)) {
            return found.filter(file -> file.endsWith("faketime/libfaketimeMT.so.1")).findFirst();
        } catch (UncheckedIOException notReadable) {
            return Optional.empty();
        }
    }

    /** The clock that people set, and not the one that only counts on. */
    private Fleet.Launch clock(Path library, String name, String offset) throws IOException {
        set(name, offset);
        return new Fleet.Launch(
                Fleet.Launch.USUAL.options(),
                Map.of(
                        "LD_PRELOAD", library.toString(),
                        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                        "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                        "FAKETIME_NO_CACHE", "1",
                        "FAKETIME_TIMESTAMP_FILE", folder.resolve(name + ".time").toString()));
    }

    private void set(String name, String offset) throws IOException {
        Path next = folder.resolve(name + ".next");
        Files.writeString(next, offset + "\n");
        Files.move(
                next,
                folder.resolve(name + ".time"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
