/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Leases in memory, for several keepers of one JVM. */
final class SharedRows implements LeaseStore, LeaseStore.Session {
    private final Map<String, LeaseRow> rows = new ConcurrentHashMap<>();

    LeaseRow row(String name) {
        return rows.get(name);
    }

    /** The way of one instance to the rows. */
    Line path() {
        return new Line(this);
    }

    @Override
    public Session open(Duration callLimit) {
        return this;
    }

    @Override
    public Optional<LeaseRow> read(String name) {
        return Optional.ofNullable(rows.get(name));
    }

    @Override
    public boolean insert(LeaseRow first) {
        return rows.putIfAbsent(first.name(), first) == null;
    }

    @Override
    public boolean replace(LeaseRow expected, LeaseRow next) {
        LeaseRow now = rows.get(expected.name());
        return now != null && now.isSameWrite(expected) && rows.replace(next.name(), now, next);
    }

    @Override
    public void close() {}
}
