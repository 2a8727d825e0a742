/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;

/** Supervision trees for tests in which the way to build one is not what is tested. */
public final class Trees {
    private Trees() {}

    /** A one-for-one supervisor with these children. */
    public static StaticSupervisor.Builder of(ChildSpecification<?>... children) {
        StaticSupervisor.Builder tree = StaticSupervisor.oneForOne();
        for (ChildSpecification<?> child : children) tree = tree.add(child);
        return tree;
    }

    /** A system whose root is a one-for-one supervisor with these children. */
    public static OtpSystem.Builder system(String name, ChildSpecification<?>... children) {
        return OtpSystem.builder(name).root(() -> of(children));
    }

    /** A worker that ignores its messages. */
    public static ChildSpecification<?> idle(String id) {
        return ChildSpecification.worker(id, Actors.idle()::start);
    }
}
