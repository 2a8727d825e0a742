/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Init;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a supervisor cannot do, it says with an exception that names supervisor and child. */
@OtpTest
class RefusedRequestTests {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static StaticSupervisor empty() {
        return StaticSupervisor.oneForOne().start().data();
    }

    private static ChildSpecification<Subject<Object>> idle(String id) {
        var actor = Actor.startingWith(() -> 0).onMessage((Integer n, Object m) -> keep(n));
        return ChildSpecification.worker(id, actor::start);
    }

    private static Next<Integer, Object> keep(Integer state) {
        return Next.continueWith(state);
    }

    private static ChildSpecification<Subject<Object>> failing(String id) {
        return ChildSpecification.worker(
                id,
                () -> {
                    throw new StartException(new StartError.InitFailed("no database"));
                });
    }

    private static ChildSpecification<Subject<Object>> declining(String id) {
        return ChildSpecification.worker(
                id,
                () -> {
                    throw StartException.ignored();
                });
    }

    @Test
    @Rule("V-37")
    void aChildThatRunsIsNotStartedOnceMore() {
        StaticSupervisor tree = empty();
        Started<Subject<Object>> stock = tree.startChild(idle("stock"));

        assertThatExceptionOfType(ChildException.Running.class)
                .isThrownBy(() -> tree.startChild(idle("stock")))
                .withMessageContaining("'stock'")
                .withMessageContaining(tree.toString())
                .withMessageContaining(stock.pid().toString())
                .satisfies(e -> assertThat(e.child()).isEqualTo("stock"));
        assertThat(tree.tryStartChild(idle("stock")))
                .isEqualTo(new StartChildResult.AlreadyStarted<>(stock.pid()));
    }

    @Test
    @Rule({"V-37", "V-39"})
    void eachRefusalHasItsType() {
        StaticSupervisor tree = empty();
        tree.startChild(idle("stock"));

        assertThatExceptionOfType(ChildException.Running.class)
                .isThrownBy(() -> tree.restartChild("stock"))
                .withMessageContaining("terminate it first");
        assertThatExceptionOfType(ChildException.Running.class)
                .isThrownBy(() -> tree.deleteChild("stock"));
        tree.terminateChild("stock");
        tree.terminateChild("stock");
        assertThatExceptionOfType(ChildException.AlreadyPresent.class)
                .isThrownBy(() -> tree.startChild(idle("stock")))
                .withMessageContaining("restart it");
        assertThat(Processes.isAlive(tree.restartChild("stock").pid())).isTrue();
        tree.terminateChild("stock");
        tree.deleteChild("stock");
        assertThatExceptionOfType(ChildException.NotFound.class)
                .isThrownBy(() -> tree.restartChild("stock"))
                .withMessage(tree + " has no child 'stock'");
        assertThatExceptionOfType(ChildException.NotFound.class)
                .isThrownBy(() -> tree.terminateChild("stock"));
        assertThatExceptionOfType(ChildException.NotFound.class)
                .isThrownBy(() -> tree.deleteChild("stock"));
    }

    @Test
    @Rule("V-37")
    void aChildThatFailsOrDeclinesIsAStartException() {
        StaticSupervisor tree = empty();

        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> tree.startChild(failing("stock")))
                .withMessage(
                        "child 'stock' of %s could not be started: initialiser failed: no database"
                                .formatted(tree));
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> tree.startChild(declining("later")))
                .satisfies(e -> assertThat(e.error()).isEqualTo(new StartError.Ignored()));
        assertThat(tree.children()).extracting(ChildInfo::id).containsExactly("later");
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> tree.restartChild("later"));
    }

    @Test
    @Rule("F-09")
    void aFactoryKnowsItsOwnChildrenOnly() {
        var template =
                FactorySupervisor.workerChild(
                        (String id) -> {
                            if (id.isEmpty()) {
                                throw new StartException(new StartError.InitFailed("no id"));
                            }
                            return idle(id).starter().start();
                        });
        FactorySupervisor<String, Subject<Object>> factory = template.start().data();
        Pid child = factory.startChild("a").pid();

        factory.terminateChild(child);

        assertThatExceptionOfType(ChildException.NotFound.class)
                .isThrownBy(() -> factory.terminateChild(child))
                .withMessage(factory + " has no child '" + child + "'");
        assertThat(factory.tryTerminateChild(Processes.self()))
                .isEqualTo(TerminateChildResult.NOT_FOUND);
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> factory.startChild(""))
                .withMessage(
                        "a child of %s could not be started: initialiser failed: no id"
                                .formatted(factory));
    }

    @Test
    void theStartOfASupervisorIsAValueOrAnExceptionToo() {
        Processes.trapExits(true);
        var broken = StaticSupervisor.oneForOne().add(failing("stock"));
        FactoryName<String, Subject<Object>> taken = FactoryName.create("taken");
        Processes.register(Processes.self(), taken.name());
        var second =
                FactorySupervisor.workerChild((String id) -> idle(id).starter().start())
                        .named(taken);

        assertThat(broken.tryStart()).isInstanceOf(StartResult.Failed.class);
        assertThatExceptionOfType(StartException.class).isThrownBy(broken::start);
        assertThat(second.tryStart()).isInstanceOf(StartResult.Failed.class);
        assertThat(StaticSupervisor.oneForAll().tryStart()).isInstanceOf(StartResult.Ok.class);
    }

    @Test
    void aNegativeTimeLimitIsRefused() {
        StaticSupervisor tree = empty();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree.startChild(idle("stock"), Duration.ofNanos(-1)));
        assertThat(tree.startChild(idle("stock"), LIMIT).data()).isNotNull();
    }

    /** An actor that is initialised by a function, as most children are. */
    @Test
    void theCauseIsWhatTheInitialiserThrew() {
        StaticSupervisor tree = empty();
        var thrown = new IllegalStateException("no disk");
        var actor =
                Actor.withInitializer(
                                LIMIT,
                                (Init<Object> init) -> {
                                    if (init.self() != null) throw thrown;
                                    return init.state(0);
                                })
                        .onMessage((Integer n, Object m) -> keep(n));

        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> tree.startChild(ChildSpecification.worker("a", actor::start)))
                .havingCause()
                .isSameAs(thrown);
    }
}
