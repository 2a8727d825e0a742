/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j;

import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Init;
import dev.otp4j.actor.Initialized;
import dev.otp4j.actor.InitializingActor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallException;
import dev.otp4j.process.CallResult;
import dev.otp4j.process.Cancelled;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.Down;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Selector;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.process.SubjectException;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorReport;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.OtpTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Each form in which a user may write a call, an actor or a tree: that it compiles without a type
 * that the reader would not write, and does what it says. The forms that do not infer are named.
 */
@OtpTest
class InferenceTests {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    sealed interface Message {
        static Message total(Subject<Integer> replyTo) {
            return new Get(replyTo);
        }
    }

    record Add(int amount) implements Message {}

    record Get(Subject<Integer> replyTo) implements Message {}

    /** Has a subject of a generic type. */
    record History(Subject<List<Integer>> replyTo) implements Message {}

    /** A request with more in it than where to reply. */
    record Find(int index, Subject<Optional<Integer>> replyTo) implements Message {}

    /** May be answered with a failure. */
    record Take(ReplyTo<Integer> replyTo) implements Message {
        static Message first(ReplyTo<Integer> replyTo) {
            return new Take(replyTo);
        }
    }

    /** The same for a reply of a generic type, and with more in it. */
    record Pick(int index, ReplyTo<Optional<Integer>> replyTo) implements Message {}

    /** Is generic itself. */
    record Echo<T>(T value, Subject<T> replyTo) implements Message {}

    private static Next<List<Integer>, Message> onMessage(List<Integer> added, Message message) {
        return switch (message) {
            case Add(int amount) -> {
                var more = new ArrayList<>(added);
                more.add(amount);
                yield Next.continueWith(List.copyOf(more));
            }
            case Get(var replyTo) -> {
                replyTo.send(added.stream().mapToInt(one -> one).sum());
                yield Next.continueWith(added);
            }
            case History(var replyTo) -> {
                replyTo.send(added);
                yield Next.continueWith(added);
            }
            case Find(int index, var replyTo) -> {
                replyTo.send(added.stream().skip(index).findFirst());
                yield Next.continueWith(added);
            }
            case Take(var replyTo) -> {
                if (added.isEmpty()) replyTo.fail(new IllegalStateException("empty"));
                else replyTo.send(added.getFirst());
                yield Next.continueWith(added.subList(Math.min(1, added.size()), added.size()));
            }
            case Pick(int index, var replyTo) -> {
                if (index < 0) replyTo.fail(new IndexOutOfBoundsException(index));
                else replyTo.send(added.stream().skip(index).findFirst());
                yield Next.continueWith(added);
            }
            case Echo<?> echo -> {
                echo(echo);
                yield Next.continueWith(added);
            }
        };
    }

    private static <T> void echo(Echo<T> echo) {
        echo.replyTo().send(echo.value());
    }

    private static Subject<Message> ledger() {
        Started<Subject<Message>> started =
                Actor.startingWith(() -> List.of(5, 3))
                        .onMessage(InferenceTests::onMessage)
                        .start();
        return started.data();
    }

    @Nested
    class Calls {
        private final Subject<Message> ledger = Processes.outside(InferenceTests::ledger);

        @Test
        void aConstructorInfersTheReply() {
            int total = ledger.call(LIMIT, Get::new);
            var inferred = ledger.call(LIMIT, Get::new);
            int chained = ledger.call(LIMIT, Get::new).intValue();
            List<Integer> all = ledger.call(LIMIT, History::new);
            int size = ledger.call(LIMIT, History::new).size();
            int byDefault = ledger.call(Get::new);
            int forever = ledger.callForever(Get::new);

            assertThat(List.of(total, inferred, chained, byDefault, forever)).containsOnly(8);
            assertThat(all).hasSize(size);
            Processes.kill(ledger.owner());
        }

        @Test
        void anyOtherMethodReferenceInfersTheReply() {
            int total = ledger.call(LIMIT, Message::total);
            var inferred = ledger.call(LIMIT, Message::total);

            assertThat(total).isEqualTo(inferred);
            Processes.kill(ledger.owner());
        }

        @Test
        void aLambdaInfersFromAnAssignmentAnArgumentOrAReturn() {
            Optional<Integer> assigned = ledger.call(LIMIT, reply -> new Find(1, reply));
            String echoed = ledger.call(LIMIT, reply -> new Echo<>("yes", reply));
            Optional<Integer> byDefault = ledger.call(reply -> new Find(9, reply));
            Optional<Integer> forever = ledger.callForever(reply -> new Find(0, reply));

            assertThat(assigned).contains(3);
            assertThat(echoed).isEqualTo("yes");
            assertThat(byDefault).isEmpty();
            assertThat(forever).contains(5);
            assertThat(identity(returned())).contains(3);
            assertThat(taken(ledger.call(LIMIT, reply -> new Find(1, reply)))).contains(3);
            Processes.kill(ledger.owner());
        }

        private Optional<Integer> returned() {
            return ledger.call(LIMIT, reply -> new Find(1, reply));
        }

        private static Optional<Integer> taken(Optional<Integer> found) {
            return found;
        }

        private static <T> T identity(T value) {
            return value;
        }

        /** Without them the reply would be an Object. */
        @Test
        void withVarOrAChainedCallTheLambdaTypesItsParameter() {
            var found = ledger.call(LIMIT, (Subject<Optional<Integer>> r) -> new Find(1, r));
            boolean chained =
                    ledger.call(LIMIT, (Subject<Optional<Integer>> r) -> new Find(1, r))
                            .isPresent();
            var witness = ledger.<Optional<Integer>>call(LIMIT, reply -> new Find(1, reply));
            Object untyped = ledger.call(LIMIT, reply -> new Echo<>("yes", reply));

            assertThat(found).contains(3).isEqualTo(witness);
            assertThat(chained).isTrue();
            assertThat(untyped).isEqualTo("yes");
            Processes.kill(ledger.owner());
        }

        @Test
        void aRequestMayBeAValue() {
            Function<Subject<Integer>, Message> request = Get::new;
            Function<Subject<Integer>, Get> narrower = Get::new;

            var total = ledger.call(LIMIT, request);

            assertThat(total).isEqualTo(ledger.call(LIMIT, narrower));
            Processes.kill(ledger.owner());
        }

        @Test
        void outcomesAndFuturesInferAlike() {
            CallResult<Integer> reference = ledger.tryCall(LIMIT, Get::new);
            CallResult<Optional<Integer>> lambda = ledger.tryCall(LIMIT, r -> new Find(1, r));
            int chained = ledger.tryCall(LIMIT, Get::new).orElseThrow();
            CompletableFuture<Integer> future = ledger.callAsync(LIMIT, Get::new);
            CompletableFuture<Optional<Integer>> later =
                    ledger.callAsync(LIMIT, reply -> new Find(1, reply));
            CompletableFuture<Integer> composed =
                    ledger.callAsync(LIMIT, Get::new)
                            .thenCompose(total -> ledger.callAsync(LIMIT, Get::new))
                            .thenApply(total -> total + 1);
            String text =
                    switch (ledger.tryCall(LIMIT, Get::new)) {
                        case CallResult.Replied(Integer total) -> "total " + total;
                        case CallResult.Failed(CallException.TimedOut late) -> "late";
                        case CallResult.Failed(CallException.CalleeDown down) -> "gone";
                        case CallResult.Failed(CallException other) -> throw other;
                        case CallResult.Refused(RuntimeException failure) -> throw failure;
                    };

            assertThat(reference).isEqualTo(new CallResult.Replied<>(8));
            assertThat(lambda.orElseThrow()).contains(3);
            assertThat(chained).isEqualTo(get(future)).isEqualTo(8);
            assertThat(get(later)).contains(3);
            assertThat(get(composed)).isEqualTo(9);
            assertThat(text).isEqualTo("total 8");
            Processes.kill(ledger.owner());
        }
    }

    /** Where a message has a ReplyTo, each form infers as where it has a Subject. */
    @Nested
    class CallsThatMayFail {
        private final Subject<Message> ledger = Processes.outside(InferenceTests::ledger);

        @Test
        void aReferenceInfersTheReply() {
            int taken = ledger.call(LIMIT, Take::new);
            var inferred = ledger.callForever(Take::first);
            CallResult<Integer> refused = ledger.tryCall(LIMIT, Take::new);
            CompletableFuture<Integer> future = ledger.callAsync(LIMIT, Take::new);

            assertThat(List.of(taken, inferred.intValue())).containsExactly(5, 3);
            assertThat(refused).isInstanceOf(CallResult.Refused.class);
            assertThat(future).failsWithin(LIMIT);
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> ledger.call(Take::new));
            Processes.kill(ledger.owner());
        }

        @Test
        void aLambdaInfersFromItsTargetOrTypesItsParameter() {
            Optional<Integer> assigned = ledger.call(LIMIT, reply -> new Pick(1, reply));
            Optional<Integer> forever = ledger.callForever(reply -> new Pick(0, reply));
            var typed = ledger.call(LIMIT, (ReplyTo<Optional<Integer>> r) -> new Pick(1, r));
            int chained =
                    ledger.call((ReplyTo<Optional<Integer>> r) -> new Pick(1, r)).orElseThrow();
            var wider = ledger.call(LIMIT, (ReplyTo<Optional<Integer>> r) -> new Find(1, r));
            var witness = ledger.<Optional<Integer>>call(LIMIT, reply -> new Pick(1, reply));
            CallResult<Optional<Integer>> value = ledger.tryCall(LIMIT, r -> new Pick(1, r));
            CompletableFuture<Optional<Integer>> future =
                    ledger.callAsync(LIMIT, reply -> new Pick(1, reply));

            assertThat(List.of(assigned, typed, wider, witness, value.orElseThrow(), get(future)))
                    .containsOnly(Optional.of(3));
            assertThat(forever).contains(5);
            assertThat(chained).isEqualTo(3);
            Processes.kill(ledger.owner());
        }

        @Test
        void aRequestMayBeAValue() {
            Function<ReplyTo<Integer>, Message> request = Take::new;
            Function<ReplyTo<Integer>, Take> narrower = Take::new;
            Function<ReplyTo<Integer>, Message> wider = Get::new;

            assertThat(ledger.call(LIMIT, wider)).isEqualTo(8);
            assertThat(ledger.call(LIMIT, request)).isEqualTo(5);
            assertThat(ledger.call(LIMIT, narrower)).isEqualTo(3);
            Processes.kill(ledger.owner());
        }

        @Test
        void theFailureIsCaughtByItsType() {
            int index = -1;
            try {
                Optional<Integer> none = ledger.call(LIMIT, reply -> new Pick(index, reply));
                throw new AssertionError("replied " + none);
            } catch (IndexOutOfBoundsException e) {
                assertThat(e).hasMessageContaining("-1");
            }
            String text =
                    switch (ledger.<Optional<Integer>>tryCall(LIMIT, r -> new Pick(index, r))) {
                        case CallResult.Replied(Optional<Integer> found) -> "found " + found;
                        case CallResult.Failed(CallException failure) -> throw failure;
                        case CallResult.Refused(IndexOutOfBoundsException e) -> "no such index";
                        case CallResult.Refused(RuntimeException failure) -> throw failure;
                    };

            assertThat(text).isEqualTo("no such index");
            Processes.kill(ledger.owner());
        }
    }

    @Nested
    class Failures {
        /** One handler for sends and calls. */
        private static String status(SubjectException failure) {
            return switch (failure) {
                case CallException.TimedOut late -> "504";
                case CallException.CalleeDown down -> "503 " + down.reason();
                case CallException other -> "503";
                case NotRegisteredException vacant -> "503 no process";
            };
        }

        private static String status(Runnable sends) {
            try {
                sends.run();
                return "200";
            } catch (SubjectException failure) {
                return status(failure);
            }
        }

        @Test
        void ofSendsAndCallsHaveOneParent() {
            Subject<Message> vacant = Name.<Message>create("vacant").subject();
            Subject<Message> dead = Processes.outside(InferenceTests::ledger);
            Processes.kill(dead.owner());

            assertThat(status(() -> vacant.send(new Add(1)))).isEqualTo("503 no process");
            assertThat(status(() -> vacant.call(Get::new))).isEqualTo("503");
            assertThat(status(() -> dead.call(Get::new))).isEqualTo("503 no process");
        }

        /** What a subject that stands in for an actor throws. */
        @Test
        void canBeMadeInATest() {
            List<SubjectException> all =
                    List.of(
                            new NotRegisteredException("no process is registered under orders"),
                            new CallException.TimedOut("orders", LIMIT, "it is idle"),
                            new CallException.CalleeDown("orders", ExitReason.KILLED),
                            new CallException.NotRegistered("no process is registered"),
                            new CallException.CallingSelf("orders"),
                            new CallException.CallCycle("orders waits for stock, for orders"),
                            new CallException.Rejected("orders holds no more messages"),
                            new CallException.RuntimeClosed("orders", "shop"),
                            new CallException.NodeDown("shop@host"),
                            new CallException.Unreachable("shop@host"),
                            new CallException.NotSerializable("Message"),
                            new CallException.Interrupted("orders"));

            assertThat(all).allSatisfy(failure -> assertThat(failure).hasMessageMatching("(?s).+"));
            assertThat(status(all.get(1))).isEqualTo("504");
            assertThat(status(all.get(2))).isEqualTo("503 killed");
        }
    }

    @Nested
    class Receiving {
        sealed interface Event {
            record Text(String value) implements Event {}

            record Tick() implements Event {}

            record Gone(Pid pid) implements Event {}
        }

        @Test
        void selectorsBringSourcesToOneType() {
            Subject<String> texts = Subject.create();
            Subject<Integer> ticks = Subject.create();
            Subject<Event.Tick> plain = Subject.create();
            Pid worker = Processes.spawnUnlinked(() -> {});
            Monitor monitor = Processes.monitor(worker);
            var selector =
                    Selector.<Event>create()
                            .select(plain)
                            .selectMap(texts, Event.Text::new)
                            .selectMap(ticks, tick -> new Event.Tick())
                            .selectMonitor(monitor, down -> new Event.Gone(down.pid()));
            Selector<String> mapped = selector.map(Event::toString);

            Event gone = selector.receiveForever();
            texts.send("a");
            Optional<Event> text = selector.receive(LIMIT);
            plain.send(new Event.Tick());

            assertThat(gone).isEqualTo(new Event.Gone(worker));
            assertThat(text).contains(new Event.Text("a"));
            assertThat(mapped.receive(LIMIT)).contains("Tick[]");
        }

        @Test
        void ofAMonitorAlone() {
            Down down =
                    Processes.outside(
                            () ->
                                    Processes.run(
                                            () -> {
                                                Pid worker = Processes.spawn(() -> {});
                                                Monitor monitor = Processes.monitor(worker);
                                                return Selector.<Down>create()
                                                        .selectMonitor(monitor, one -> one)
                                                        .receiveForever();
                                            }));

            assertThat(down.reason()).isIn(ExitReason.NORMAL, ExitReason.NO_PROCESS);
        }

        @Test
        void aTimerIsCancelledByAnyHolder() {
            Subject<String> own = Subject.create();

            String answer =
                    switch (own.sendAfter(Duration.ofHours(1), "tick").cancel()) {
                        case Cancelled.TimerCancelled(Duration left) -> "left " + left.toMinutes();
                        case Cancelled.TimerNotFound none -> "fired";
                    };

            assertThat(answer).isEqualTo("left 59");
        }

        /** Where a method follows, the type of the messages is said. */
        @Test
        void namesInferFromWhereTheyGo() {
            Name<Message> plain = Name.create("plain");
            Name<Message> holding = Name.create("orders", Vacancy.holding(1_000));

            assertThat(holding.subject().trySend(new Add(1))).isEqualTo(Subject.Sent.SENT);
            assertThat(plain.subject().trySend(new Add(1))).isEqualTo(Subject.Sent.CLOSED);
        }
    }

    @Nested
    class Actors {
        static final class Recorder implements Actor<Integer, Integer> {
            @Override
            public Integer init(Subject<Integer> self) {
                return 0;
            }

            @Override
            public Next<Integer, Integer> onMessage(Integer sum, Integer more) {
                return more < 0 ? Next.stop() : Next.continueWith(sum + more);
            }

            @Override
            public void onTerminate(Integer sum, ExitReason reason) {}
        }

        /** Has one initialiser, the rich one. */
        static final class Greeter implements InitializingActor<Integer, Message, String> {
            private final String greeting;

            Greeter() {
                this("ready");
            }

            Greeter(String greeting) {
                this.greeting = greeting;
            }

            @Override
            public Initialized<Integer, Message, String> initialize(Init<Message> init) {
                return init.state(7).returning(greeting);
            }

            @Override
            public Next<Integer, Message> onMessage(Integer state, Message message) {
                return ignore(state, message);
            }
        }

        static final class Stock implements StatefulActor<Add> {
            private int pieces;

            @Override
            public Step handle(Add message) {
                pieces += message.amount();
                return pieces > 100 ? Step.stop() : Step.KEEP;
            }

            @Override
            public Integer snapshot() {
                return pieces;
            }
        }

        private static Initialized<Integer, Message, String> initialize(Init<Message> init) {
            return init.state(0).returning("ready");
        }

        private static Next<Integer, Message> ignore(Integer state, Message message) {
            return Next.continueWith(state);
        }

        @Test
        void asAClassOrWithFields() {
            Started<Subject<Integer>> recorder = Actor.of(Recorder::new).start();
            Started<Subject<Add>> stock = StatefulActor.of(Stock::new).start();
            var other = Actor.of(() -> new Recorder()).start();

            stock.data().send(new Add(7));
            recorder.data().send(4);

            int pieces = Sys.getState(stock.pid(), Integer.class);
            int sum = Sys.getState(recorder.pid(), Integer.class, LIMIT);
            assertThat(pieces).isEqualTo(7);
            assertThat(sum).isEqualTo(4);
            int replaced = Sys.replaceState(other.pid(), Integer.class, state -> state + 1);
            assertThat(replaced).isEqualTo(1);
        }

        /** The starter gets what the initialiser says, or, of any actor, its subject. */
        @Test
        void asAClassWithTheRichInitialiser() {
            Started<String> greeter = InitializingActor.of(Greeter::new).start();
            var other = InitializingActor.of(() -> new Greeter("hello")).start();
            Started<Subject<Message>> subject = Actor.of(Greeter::new).start();
            var terminated = InitializingActor.of(Greeter::new).onTerminate((s, r) -> {}).start();

            assertThat(greeter.data()).isEqualTo(terminated.data()).isEqualTo("ready");
            assertThat(other.data().length()).isEqualTo(5);
            assertThat(subject.data().owner()).isEqualTo(subject.pid());
            assertThat(Sys.getState(subject.pid(), Integer.class)).isEqualTo(7);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> new Greeter().init(subject.data()));
        }

        @Test
        void withAnInitialiserThatIsALambdaOrAReference() {
            var selector = Selector.<Message>create();
            Started<Subject<Message>> lambda =
                    Actor.withInitializer(
                                    LIMIT,
                                    (Init<Message> init) ->
                                            init.state(0)
                                                    .selecting(selector)
                                                    .returning(init.self()))
                            .onMessage((Integer state, Message message) -> ignore(state, message))
                            .start();
            Started<String> reference =
                    Actor.withInitializer(LIMIT, Actors::initialize)
                            .onMessage(Actors::ignore)
                            .start();

            assertThat(lambda.data().owner()).isEqualTo(lambda.pid());
            assertThat(reference.data()).isEqualTo("ready");
            assertThat(reference.map(String::length).data()).isEqualTo(5);
        }

        /** Two types are enough where the initialiser returns nothing of its own. */
        @Test
        void withAnInitialiserWhoseStarterGetsTheSubject() {
            Started<Subject<Message>> typed =
                    Actor.withInitializer(
                                    LIMIT,
                                    (Init<Message> init) -> {
                                        init.trapExits();
                                        return init.state(0);
                                    })
                            .onMessage(Actors::ignore)
                            .start();
            Started<Subject<Message>> said =
                    Actor.<Integer, Message>withInitializer(LIMIT, init -> init.state(0))
                            .onMessage(Actors::ignore)
                            .start();
            var declines =
                    Actor.<Integer, Message>withInitializer(
                                    LIMIT,
                                    init -> {
                                        throw init.ignore();
                                    })
                            .onMessage(Actors::ignore);
            Started<String> returns =
                    Actor.withInitializer(
                                    LIMIT,
                                    (Init<Message> init) -> {
                                        init.trapExits();
                                        return init.state(0).returning("ready");
                                    })
                            .onMessage(Actors::ignore)
                            .start();
            Actor.Initializer<Integer, Message, String> kept =
                    init -> init.state(0).returning("kept");
            var value = Actor.withInitializer(LIMIT, kept).onMessage(Actors::ignore).start();

            assertThat(typed.data().owner()).isEqualTo(typed.pid());
            assertThat(said.data().owner()).isEqualTo(said.pid());
            assertThat(declines.tryStart())
                    .isEqualTo(new StartResult.Failed<>(new StartError.Ignored()));
            assertThat(returns.data()).isEqualTo("ready");
            assertThat(value.data().length()).isEqualTo(4);
        }

        @Test
        void withEverythingThatABuilderTakes() {
            Name<Message> name = Name.create("everything");
            var builder =
                    Actor.startingWith(() -> 0)
                            .onMessage(
                                    (Integer state, Message message) ->
                                            switch (message) {
                                                case Add(int amount) when amount < 0 -> Next.stop();
                                                case Add(int amount) when amount > 99 ->
                                                        Next.stop(ExitReason.SHUTDOWN);
                                                case Get get -> Next.stopAbnormal("unexpected");
                                                default -> Next.continueWith(state);
                                            })
                            .named(name)
                            .onTerminate((state, reason) -> {})
                            .trapExits(true)
                            .initTimeout(LIMIT);
            ChildSpecification<Subject<Message>> child =
                    ChildSpecification.worker("everything", builder::start);

            assertThat(child.id()).isEqualTo("everything");
        }

        @Test
        void aFailedStartIsAValueOrAnException() {
            var failing =
                    Actor.withInitializer(
                                    LIMIT,
                                    (Init<Message> init) -> {
                                        if (init.self() != null) throw init.fail("not today");
                                        return init.state(0);
                                    })
                            .onMessage(Actors::ignore);

            String text =
                    switch (failing.tryStart()) {
                        case StartResult.Ok<Subject<Message>> ok -> "started";
                        case StartResult.Failed<Subject<Message>>(StartError error) ->
                                switch (error) {
                                    case StartError.InitTimeout late -> "late";
                                    case StartError.InitFailed(String why) -> why;
                                    case StartError.Ignored ignored -> "ignored";
                                    case StartError.MaxChildren full -> "full";
                                    case StartError.InitExited(ExitReason reason) -> "exited";
                                };
                    };

            assertThat(text).isEqualTo("not today");
            try {
                failing.start();
            } catch (StartException e) {
                assertThat(e.error()).isEqualTo(new StartError.InitFailed("not today"));
            }
        }

        /** Another selector, and with it other messages, from the next message on. */
        @Test
        void aHandlerMayChangeItsSelector() {
            Function<Subject<Message>, Next<Integer, Message>> waiting =
                    subject ->
                            Next.continueWith(0)
                                    .withSelector(Selector.<Message>create().select(subject));

            assertThat(waiting.apply(Subject.create())).isInstanceOf(Next.Continue.class);
        }
    }

    /** An application tests its listeners with reports that it makes itself. */
    @Nested
    class Reports {
        @Test
        void areBuiltFromWhatATestCaresFor() {
            Pid pid = Processes.self();
            CrashReport crash =
                    CrashReport.builder(pid, ExitReason.abnormal("broken"))
                            .module(Reports.class)
                            .mailboxSize(3)
                            .build();
            SupervisorReport report =
                    SupervisorReport.builder(pid, SupervisorReport.Context.SHUTDOWN, "stock")
                            .reason(ExitReason.SHUTDOWN)
                            .restart(Restart.TRANSIENT)
                            .build();

            assertThat(crash)
                    .hasToString(
                            "process=%s context=crash reason=abnormal(broken) module=%s queued=3 traps=false ancestors=[] links=[]"
                                    .formatted(pid, Reports.class.getTypeName()));
            assertThat(report.definition()).isEqualTo("stock");
            assertThat(report).asString().contains("offender=stock", "restart=TRANSIENT");
        }
    }

    @Nested
    class Trees {
        record User(String name) {}

        static final class Session {
            static Started<Subject<Message>> start(User user) {
                return Actor.startingWith(() -> user.name().length())
                        .onMessage(Actors::ignore)
                        .start();
            }
        }

        @Test
        void asTheDocumentsBuildThem() {
            var stock = Actor.startingWith(() -> 0).onMessage(Actors::ignore);
            FactoryName<User, Subject<Message>> sessions = FactoryName.create("sessions");

            Started<StaticSupervisor> tree =
                    StaticSupervisor.oneForOne()
                            .restartTolerance(2, Duration.ofSeconds(5))
                            .add(
                                    ChildSpecification.worker("stock", stock::start)
                                            .restart(Restart.PERMANENT)
                                            .shutdown(Duration.ofSeconds(5)))
                            .add(
                                    FactorySupervisor.workerChild(Session::start)
                                            .named(sessions)
                                            .supervised("sessions"))
                            .start();

            Subject<Message> session =
                    FactorySupervisor.byName(sessions).startChild(new User("Ada")).data();
            assertThat(tree.data().children()).hasSize(2);
            assertThat(Sys.getState(session.owner(), Integer.class)).isEqualTo(3);
        }

        @Test
        void aTemplateIsALambdaWithATypedParameterToo() {
            Started<FactorySupervisor<User, Subject<Message>>> factory =
                    FactorySupervisor.workerChild((User user) -> Session.start(user)).start();
            FactorySupervisor.Builder<User, Subject<Message>> assigned =
                    FactorySupervisor.workerChild(user -> Session.start(user));

            assertThat(factory.data().startChild(new User("Bo")).data()).isNotNull();
            assertThat(assigned.name()).isEmpty();
        }

        /** An empty state says its type, for nothing that follows does. */
        @Test
        void aSystemHasItsRootMadeByALambda() {
            var stock = Actor.startingWith(() -> Map.<String, Integer>of()).onMessage(Trees::keep);
            OtpSystem system =
                    Processes.outside(
                            () ->
                                    OtpSystem.builder("shop")
                                            .root(
                                                    () ->
                                                            StaticSupervisor.oneForOne()
                                                                    .add(
                                                                            ChildSpecification
                                                                                    .worker(
                                                                                            "stock",
                                                                                            stock
                                                                                                    ::start)))
                                            .build());

            Processes.outside(
                    () -> {
                        system.start();
                        assertThat(system.tree(10, 100)).isPresent();
                        system.close();
                        return true;
                    });
        }

        private static Next<Map<String, Integer>, Message> keep(
                Map<String, Integer> state, Message message) {
            return Next.continueWith(state);
        }
    }
}
