/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Subject;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Actors whose objects are proxies. */
class ShownAsTests {
    record Ask(Subject<Class<?>> replyTo) {}

    static class Echo implements StatefulActor<Ask> {
        final CompletableFuture<ExitReason> ended = new CompletableFuture<>();

        @Override
        public Step handle(Ask ask) {
            ask.replyTo().send(getClass());
            return Step.stop();
        }

        @Override
        public void onTerminate(ExitReason reason) {
            ended.complete(reason);
        }
    }

    @SuppressWarnings("unchecked") // the proxy of an Echo
    private static StatefulActor<Ask> proxy(Echo echo, Consumer<String> called) {
        return (StatefulActor<Ask>)
                Proxy.newProxyInstance(
                        Echo.class.getClassLoader(),
                        new Class<?>[] {StatefulActor.class},
                        (proxy, method, arguments) -> {
                            called.accept(method.getName());
                            return method.invoke(echo, arguments);
                        });
    }

    private static StatefulActor<Ask> proxy(Echo echo) {
        return proxy(echo, method -> {});
    }

    @Test
    void aProxyIsShownAsTheClassThatIsGivenAndDoesItsWork() {
        var echo = new Echo();
        var started =
                StatefulActor.of(() -> proxy(echo)).shownAs(Echo.class).trapExits(true).start();

        assertThat(ProcessInfo.moduleOf(started.pid())).contains(Echo.class);
        assertThat(started.data().<Class<?>>call(Duration.ofSeconds(10), Ask::new))
                .isEqualTo(Echo.class);
        assertThat(echo.ended.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(ExitReason.NORMAL);
    }

    @Test
    void withoutItTheClassOfTheProxyIsShown() {
        var started = StatefulActor.of(() -> proxy(new Echo())).start();

        assertThat(ProcessInfo.moduleOf(started.pid()).map(Proxy::isProxyClass)).contains(true);
    }

    @Test
    void aProxyIsCalledForEachMessageOfABatch() {
        var called = new CopyOnWriteArrayList<String>();
        var echo = new Echo();
        var started =
                StatefulActor.of(() -> proxy(echo, called::add))
                        .shownAs(Echo.class)
                        .batches(10)
                        .start();

        started.data().<Class<?>>call(Duration.ofSeconds(10), Ask::new);

        assertThat(called).contains("handle").doesNotContain("handleAll");
    }
}
