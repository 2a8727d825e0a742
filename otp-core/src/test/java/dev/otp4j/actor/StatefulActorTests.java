/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@OtpTest
class StatefulActorTests {
    static class Words implements StatefulActor<String> {
        private final List<String> words = new ArrayList<>();

        @Override
        public Step handle(String word) {
            if (word.equals("crash")) throw new IllegalStateException("crash");
            if (word.equals("stop")) return Step.stop(ExitReason.shutdown("told"));
            words.add(word);
            return Step.KEEP;
        }

        @Override
        public Object snapshot() {
            return List.copyOf(words);
        }
    }

    /** Announces its start and its end. */
    static class Announced extends Words {
        private final Subject<Object> probe;
        private @Nullable Subject<String> self;

        Announced(Subject<Object> probe) {
            this.probe = probe;
        }

        @Override
        public void started(Subject<String> own) {
            self = own;
            probe.send(own);
        }

        @Override
        public void onTerminate(ExitReason reason) {
            probe.send(reason);
        }
    }

    @Test
    @Rule({"A-10", "Y-01"})
    void keepsItsStateInFieldsOfWhichASnapshotLeaves() {
        Started<Subject<String>> words = StatefulActor.of(Words::new).start();

        words.data().send("a");
        words.data().send("b");

        var first = Sys.getState(words.pid(), List.class);
        words.data().send("c");
        assertThat(Sys.getState(words.pid(), List.class)).isEqualTo(List.of("a", "b", "c"));
        assertThat(first).isEqualTo(List.of("a", "b"));
        assertThat(ProcessInfo.of(words.pid()).trapsExits()).isFalse();
        assertThat(Sys.getStatus(words.pid()).module()).isEqualTo(Words.class.getName());
    }

    @Test
    @Rule({"Y-07"})
    void itsFieldsCannotBeReplacedFromOutside() {
        Started<Subject<String>> words = StatefulActor.of(Words::new).start();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Sys.replaceState(words.pid(), List.class, l -> l))
                .withCauseInstanceOf(UnsupportedOperationException.class);

        assertThat(Processes.isAlive(words.pid())).isTrue();
    }

    @Test
    @Rule({"A-15", "A-20", "A-01"})
    void stopsAfterItsCallbackWithTheReasonItGives() {
        Subject<Object> probe = Subject.create();
        Started<Subject<String>> words = StatefulActor.of(() -> new Announced(probe)).start();
        assertThat(expect(probe)).isEqualTo(words.data());
        Processes.unlink(words.pid());
        var monitor = Processes.monitor(words.pid());

        words.data().send("stop");

        assertThat(expect(probe)).isEqualTo(ExitReason.shutdown("told"));
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.shutdown("told"));
    }

    @Test
    @Rule("A-20")
    void overridingTheCallbackMakesItTrap() {
        Subject<Object> probe = Subject.create();

        Pid pid = StatefulActor.of(() -> new Announced(probe)).start().pid();

        assertThat(ProcessInfo.of(pid).trapsExits()).isTrue();
    }

    @Test
    @Rule({"V-18", "TR-19", "A-16"})
    void aRestartMakesANewObject() {
        Name<String> name = Name.create("words");
        StaticSupervisor tree =
                Trees.of(
                                ChildSpecification.worker(
                                        "words",
                                        () -> StatefulActor.of(Words::new).named(name).start()))
                        .start()
                        .data();
        Subject<String> words = name.subject();
        Pid first = words.owner();
        words.send("a");
        words.send("crash");
        eventually("again", () -> !first.equals(tree.children().getFirst().pid()));
        eventually("there", () -> tree.children().getFirst().pid() != null);

        words.send("b");

        assertThat(Sys.getState(words.owner(), List.class, SOON)).isEqualTo(List.of("b"));
    }
}
