/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.probe;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;

/**
 * An auto-configuration that a test adds to the packaged application. It prints what code finds
 * through the context class loader of its thread. The class is outside the application's packages,
 * so that no other test finds it.
 */
@AutoConfiguration
@Import({
    ClassLoaderProbe.Searcher.class,
    ClassLoaderProbe.Listener.class,
    ClassLoaderProbe.Caller.class
})
public class ClassLoaderProbe {
    static void print(String where) {
        boolean resource = new ClassPathResource("probe.txt").exists();
        long drivers = ServiceLoader.load(java.sql.Driver.class).stream().count();
        System.out.println(
                "PROBE %s: resource %s, drivers %d, class %s"
                        .formatted(where, resource, drivers, loads("org.h2.Driver")));
    }

    private static boolean loads(String type) {
        try {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            return Class.forName(type, true, context) != null;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @SupervisedActor("searcher")
    static class Searcher implements Actor<Integer, Searcher.Search> {
        /** A request that waits until the caller has registered what to do with the reply. */
        record Search(CountDownLatch ready, Subject<Integer> replyTo) {}

        Searcher() {
            print("constructor");
        }

        @Override
        public Integer init(Subject<Search> self) {
            print("init");
            return 0;
        }

        @Override
        public Next<Integer, Search> onMessage(Integer state, Search search) throws Exception {
            print("handler");
            search.ready().await();
            search.replyTo().send(1);
            return Next.continueWith(state);
        }
    }

    static class Listener implements SupervisorListener {
        @Override
        public void reported(SupervisorReport report) {
            print("listener");
        }
    }

    static class Caller implements ApplicationRunner {
        private final Subject<Searcher.Search> searcher;

        Caller(Subject<Searcher.Search> searcher) {
            this.searcher = searcher;
        }

        @Override
        public void run(ApplicationArguments arguments) {
            var ready = new CountDownLatch(1);
            searcher.<Integer>callAsync(
                            Duration.ofSeconds(60), reply -> new Searcher.Search(ready, reply))
                    .thenAccept(reply -> print("callAsync"));
            ready.countDown();
        }
    }
}
