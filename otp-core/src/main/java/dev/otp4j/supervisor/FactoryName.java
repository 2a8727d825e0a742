/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Name;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Vacancy;

/**
 * The name of a factory: an address that outlives its restarts.
 *
 * {@snippet :
 * FactoryName<User, Subject<Session.Message>> sessions = FactoryName.create("sessions");
 * FactorySupervisor.workerChild((User user) -> Session.start(user)).named(sessions);
 * FactorySupervisor.byName(sessions).startChild(user);
 * }
 *
 * <p>It is a {@link Name}, unique, held by one process at a time, and without a registry. Only the
 * handle of the factory sends messages to it.
 *
 * <p>Counterpart: {@code gleam/erlang/process.Name} of a {@code
 * gleam/otp/factory_supervisor.Message}.
 *
 * @param <A> the argument of a child
 * @param <D> what starting a child yields
 * @since 0.1.0
 */
public final class FactoryName<A, D> {
    private final Name<FactoryRequest<A, D>> name;

    private FactoryName(Name<FactoryRequest<A, D>> name) {
        this.name = name;
    }

    /** A new name, different from every other one. */
    public static <A, D> FactoryName<A, D> create(String prefix) {
        return new FactoryName<>(Name.create(prefix));
    }

    /** A new name of a runtime; its delays run on that runtime's clock. */
    public static <A, D> FactoryName<A, D> create(ProcessRuntime runtime, String prefix) {
        return new FactoryName<>(Name.create(runtime, prefix));
    }

    /** A new name; {@code vacancy} decides what happens to requests while it has no process. */
    public static <A, D> FactoryName<A, D> create(String prefix, Vacancy vacancy) {
        return new FactoryName<>(Name.create(prefix, vacancy));
    }

    /** {@link #create(String, Vacancy)} for a runtime; its delays run on that runtime's clock. */
    public static <A, D> FactoryName<A, D> create(
            ProcessRuntime runtime, String prefix, Vacancy vacancy) {
        return new FactoryName<>(Name.create(runtime, prefix, vacancy));
    }

    /**
     * {@return the name itself} It knows the process that holds it, and what happens to requests
     * while no process does.
     */
    public Name<?> name() {
        return name;
    }

    /** The name with the messages that the handle sends. */
    Name<FactoryRequest<A, D>> requests() {
        return name;
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
