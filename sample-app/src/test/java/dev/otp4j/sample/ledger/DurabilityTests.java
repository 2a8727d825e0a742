/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.test.Probe;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An event that is accepted is on the disk, not only in the memory of a process or of the system.
 */
@Timeout(60)
class DurabilityTests {
    /** What happened to the file, in order: "write", "force" and what the test adds. */
    private static final List<String> HAPPENED = new CopyOnWriteArrayList<>();

    @TempDir Path folder;

    /** A file system of H2 that writes down what becomes of the file of the database. */
    public static final class Watched extends FilePathWrapper {
        @Override
        public String getScheme() {
            return "watched";
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            return new WatchedFile(getBase().open(mode));
        }
    }

    private static final class WatchedFile extends FileBase {
        private final FileChannel file;

        WatchedFile(FileChannel file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return file.read(target);
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            int written = file.write(source, position);
            HAPPENED.add("write");
            return written;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int written = file.write(source);
            HAPPENED.add("write");
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
            HAPPENED.add("force");
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            file.truncate(size);
            return this;
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }

    private String watched() {
        FilePath.register(new Watched());
        return Kind.H2.url(folder).replace("retry:", "retry:watched:");
    }

    private static List<String> happenedUntil(String mark) {
        var all = new ArrayList<>(HAPPENED);
        assertThat(all).contains(mark);
        return all.subList(0, all.indexOf(mark));
    }

    @Test
    void h2HasForcedAnEventToTheDiskWhenItIsAccepted() {
        try (var fixture = new LedgerFixture(watched())) {
            LedgerClient client = fixture.client(Duration.ofSeconds(20));
            client.store(NewEvent.of("{}".getBytes(), null)); // all is set up
            HAPPENED.clear();

            client.store(NewEvent.of("{\"a\":1}".getBytes(), null));
            HAPPENED.add("accepted");

            assertThat(happenedUntil("accepted")).containsSubsequence("write", "force");
        }
    }

    @Test
    void h2HasForcedAnEventToTheDiskWhenItsLedgerIsDeadAndItIsLookedUp() {
        try (var fixture = new LedgerFixture(watched())) {
            NewEvent event = NewEvent.of("{}".getBytes(), null);
            fixture.database.locking(
                    Database.Lock.HEAD,
                    head -> {
                        var table = new EventTable(fixture.database.jdbc());
                        table.append(head, List.of(event), OffsetDateTime.now());
                        return true;
                    });
            HAPPENED.clear();

            assertThat(fixture.store.settled(() -> fixture.store.has(event.id()))).isTrue();
            HAPPENED.add("found");

            assertThat(happenedUntil("found")).containsSubsequence("write", "force");
        }
    }

    @Test
    void h2ForcesResultsSoon() {
        try (var fixture = new LedgerFixture(watched())) {
            LedgerClient client = fixture.client(Duration.ofSeconds(20));
            Subscription subscription =
                    Subscription.of(URI.create("http://localhost/"), Secret.generate());
            client.subscribe(subscription);
            client.store(NewEvent.of("{}".getBytes(), null));
            Due due = fixture.next(subscription);
            HAPPENED.clear();

            client.note(List.of(LedgerFixture.attempt(due, DeliveryState.DELIVERED, 204)));

            Awaitility.await().until(() -> HAPPENED.contains("force"));
            assertThat(HAPPENED).containsSubsequence("write", "force");
        }
    }

    @Test
    void manyEventsAreForcedTogether() {
        try (var fixture = new LedgerFixture(watched());
                Probe<LedgerMessage.Reply<Stored>> replies = Probe.create("replies")) {
            var requests = new ArrayList<LedgerMessage>();
            for (int n = 0; n < 200; n++) {
                requests.add(new Store(NewEvent.of("{}".getBytes(), null), new Ticket(), replies));
            }
            HAPPENED.clear();

            assertThat(fixture.store.make(requests, new HashSet<>())).hasSize(200);

            assertThat(HAPPENED.stream().filter("force"::equals)).hasSizeLessThanOrEqualTo(2);
            assertThat(fixture.events()).isEqualTo(200);
        }
    }

    @Test
    void postgresqlForcesEachCommit() {
        try (var fixture = new LedgerFixture(Kind.POSTGRESQL.url(folder))) {
            assertThat(Postgres.setting("fsync")).isEqualTo("on");
            assertThat(Postgres.setting("synchronous_commit")).isEqualTo("on");
            String session =
                    fixture.jdbc.sql("SHOW synchronous_commit").query(String.class).single();
            assertThat(session).isEqualTo("on");
        }
    }
}
