/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.ChildFailure;
import dev.otp4j.supervisor.ChildInfo;
import dev.otp4j.supervisor.ChildType;
import dev.otp4j.supervisor.Restart;
import org.jspecify.annotations.Nullable;

/** The supervisor of a singleton, as the place above it shows it. */
record TenureChild(Pid pid) implements ChildInfo {
    @Override
    public String id() {
        return SingletonPlace.CHILD;
    }

    @Override
    public long number() {
        return 0;
    }

    @Override
    public State state() {
        return State.RUNNING;
    }

    @Override
    public ChildType type() {
        return ChildType.SUPERVISOR;
    }

    @Override
    public Restart restart() {
        return Restart.TEMPORARY;
    }

    @Override
    public int restarts() {
        return 0;
    }

    @Override
    public int held() {
        return 0;
    }

    @Override
    public @Nullable ChildFailure lastFailure() {
        return null;
    }
}
