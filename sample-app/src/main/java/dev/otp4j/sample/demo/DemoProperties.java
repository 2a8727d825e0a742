/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The demo receiver.
 *
 * @param demo Whether the relay has a demo subscriber with selectable answers, on a port of its own
 *     of this machine. For trials. Needs relay.allow-private-addresses=true.
 * @param demoPort Port of the demo receiver, from 1 to 65535. The URL of its subscription contains
 *     the port.
 */
@ConfigurationProperties("relay")
record DemoProperties(@DefaultValue("false") boolean demo, @DefaultValue("9099") int demoPort) {
    DemoProperties {
        if (demoPort < 1 || demoPort > 65535) {
            throw new IllegalArgumentException(
                    "'relay.demo-port' must be from 1 to 65535: " + demoPort);
        }
    }

    URI url() {
        return URI.create("http://localhost:" + demoPort + "/hook");
    }
}
