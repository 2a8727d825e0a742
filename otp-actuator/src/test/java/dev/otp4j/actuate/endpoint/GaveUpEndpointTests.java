/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actuate.Trees;
import dev.otp4j.application.OtpSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the endpoint shows when the root supervisor has given up. */
class GaveUpEndpointTests {
    private final Trees trees = new Trees(0);

    @AfterEach
    void close() {
        trees.system.close();
    }

    @Test
    void namesTheChildAndWhyItCrashed() {
        trees.system.start();
        var endpoint = new OtpEndpoint(trees.system);
        assertThat(endpoint.tree(null, null).gaveUp()).isNull();

        trees.desk.subject().send("crash");

        await().until(() -> trees.system.state() == OtpSystem.State.GAVE_UP);
        SystemDescriptor shown = endpoint.tree(null, null);
        assertThat(shown.state()).isEqualTo("gave-up");
        assertThat(shown.gaveUp()).isNotNull();
        assertThat(shown.gaveUp().child()).isEqualTo("/desk");
        assertThat(shown.gaveUp().supervisor()).isEqualTo("/");
        assertThat(shown.gaveUp().failure().type()).isEqualTo("java.lang.IllegalStateException");
        assertThat(shown.toString()).doesNotContain("a secret");
    }
}
