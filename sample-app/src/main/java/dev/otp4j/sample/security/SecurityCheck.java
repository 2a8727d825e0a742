/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Component;

/** Says so loudly if requests need no key, and does not start if they should and would not. */
@Component
class SecurityCheck implements ApplicationListener<ApplicationReadyEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(SecurityCheck.class);

    private final SecurityProperties properties;

    SecurityCheck(SecurityProperties properties, ObjectProvider<SecurityFilterChain> chains) {
        this.properties = properties;
        if (properties.isEnabled() && chains.stream().findAny().isEmpty()) {
            throw new IllegalStateException(
                    "'relay.security.enabled' is true, but this build was made with it off (code"
                            + " that was generated ahead of time has no conditions): build it with"
                            + " the property set, or start it without -Dspring.aot.enabled=true");
        }
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        if (properties.isEnabled()) return;
        LOG.warn(
                "Requests need no key: every client that reaches this relay can read, publish and"
                        + " change everything. Set relay.security.enabled=true and relay.api-keys"
                        + " (see \"API keys\" in sample-app/README.md).");
    }
}
