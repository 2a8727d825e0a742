/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An application without spring-tx has no transactions, and its messages are sent at once. */
class WithoutTransactionsTests {

    private static URL[] classPathWithoutTransactions() throws Exception {
        var urls = new ArrayList<URL>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.contains("spring-tx")) continue;
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    @Test
    void aMessageIsSentAtOnce() throws Exception {
        try (var loader =
                new URLClassLoader(
                        classPathWithoutTransactions(), ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(
                            () ->
                                    loader.loadClass(
                                            "org.springframework.transaction.support.TransactionSynchronization"))
                    .isInstanceOf(ClassNotFoundException.class);
            Class<?> subjects = loader.loadClass("dev.otp4j.process.Subject");
            List<Object> sent = new ArrayList<>();
            Object receiver =
                    Proxy.newProxyInstance(
                            loader,
                            new Class<?>[] {subjects},
                            (proxy, method, arguments) -> {
                                assertThat(method.getName()).isEqualTo("send");
                                sent.add(arguments[0]);
                                return null;
                            });
            Method send =
                    loader.loadClass(AfterCommit.class.getName())
                            .getMethod("send", subjects, Object.class);

            send.invoke(null, receiver, "a");

            assertThat(sent).containsExactly("a");
        }
    }
}
