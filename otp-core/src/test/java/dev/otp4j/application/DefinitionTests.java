/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.SupervisorReport;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Reported;
import dev.otp4j.testkit.Trees;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What processes are instances of, in reports and in the tree: names in the code, never numbers.
 */
@Timeout(20)
class DefinitionTests {
    private final List<SupervisorReport> reports = new CopyOnWriteArrayList<>();

    private record Room(FactoryName<Integer, Subject<Integer>> name) {}

    private static FactorySupervisor.Builder<Integer, Subject<Integer>> seats() {
        return FactorySupervisor.workerChild(
                (Integer seat) -> Actors.<Integer>idle(() -> seat).start());
    }

    @Test
    void aFactoryThatAFactoryMadeIsAnInstanceOfThatOne() {
        FactoryName<Room, FactorySupervisor<Integer, Subject<Integer>>> rooms =
                FactoryName.create("rooms");
        try (OtpSystem system = system(rooms)) {
            system.start();
            var room =
                    FactorySupervisor.byName(rooms)
                            .startChild(new Room(FactoryName.create("room")));

            Processes.kill(room.data().startChild(7).pid());

            Expect.eventually("restarted", () -> contexts().contains("RESTARTED"));
            SupervisorReport last = reports.getLast();
            assertThat(last.supervisorPath()).isEqualTo("/rooms/1");
            assertThat(last.supervisorDefinition()).isEqualTo("rooms");
            assertThat(last.definition()).isEqualTo("rooms");
            assertThat(last.child()).isEqualTo("1");
            assertThat(system.find("/rooms/1/1", 0, 1))
                    .hasValueSatisfying(seat -> assertThat(seat.definition()).isEqualTo("rooms"));
            assertThat(system.find("/rooms/1", 1, 1))
                    .hasValueSatisfying(
                            node -> {
                                assertThat(node.definition()).isEqualTo("rooms");
                                assertThat(node.children().getFirst().path())
                                        .isEqualTo("/rooms/1/1");
                            });
            assertThat(reports.getFirst().supervisorDefinition()).isEqualTo("root");
            assertThat(definition(system, "/rooms/1/1"))
                    .hasValue(new ProcessDefinition("rooms", "rooms"));
            assertThat(definition(system, "/rooms/1"))
                    .hasValue(new ProcessDefinition("rooms", "rooms"));
            assertThat(definition(system, "/rooms"))
                    .hasValue(new ProcessDefinition("rooms", "root"));
            assertThat(definition(system, "/")).isEmpty();
            assertThat(system.find("/rooms/x/1", 1, 1)).isEmpty();
            assertThat(system.find("/rooms/1/1/1", 1, 1)).isEmpty();
        }
    }

    private static Optional<ProcessDefinition> definition(OtpSystem system, String path) {
        return system.find(path, 0, 1).map(TreeNode::pid).flatMap(ProcessDefinition::of);
    }

    private List<String> contexts() {
        return reports.stream().map(report -> report.context().name()).toList();
    }

    private OtpSystem system(
            FactoryName<Room, FactorySupervisor<Integer, Subject<Integer>>> rooms) {
        FactorySupervisor.Builder<Room, FactorySupervisor<Integer, Subject<Integer>>> outer =
                FactorySupervisor.supervisorChild(
                        (Room room) -> seats().named(room.name()).start());
        return OtpSystem.builder("house")
                .listener(new Reported(reports::add))
                .root(() -> Trees.of(outer.named(rooms).supervised("rooms")))
                .build();
    }
}
