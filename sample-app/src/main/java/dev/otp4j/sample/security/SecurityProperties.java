/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Whether requests need an API key, and which keys there are.
 *
 * @param security Whether requests need a key.
 * @param apiKeys The keys.
 */
@ConfigurationProperties("relay")
record SecurityProperties(@Nullable Security security, @Nullable List<ApiKey> apiKeys) {

    /**
     * Whether requests need a key.
     *
     * @param enabled Whether all requests but those for health need an API key. Default: false.
     */
    record Security(@Nullable Boolean enabled) {}

    SecurityProperties {
        apiKeys = apiKeys == null ? List.of() : List.copyOf(apiKeys);
        checkKeys(apiKeys);
        @Nullable Boolean enabled = security == null ? null : security.enabled();
        if (Boolean.TRUE.equals(enabled) && apiKeys.isEmpty()) {
            throw new IllegalArgumentException(
                    "'relay.security.enabled' is true, but there are no 'relay.api-keys': without a"
                            + " key nothing can use the relay. Set name, role and sha256 of at"
                            + " least one, relay.api-keys[0].name and so on");
        }
        if (enabled == null && !apiKeys.isEmpty()) {
            throw new IllegalArgumentException(
                    "there are 'relay.api-keys', but 'relay.security.enabled' is not set: set it to"
                            + " true, so that requests need a key, or to false, so that they do"
                            + " not");
        }
    }

    private static void checkKeys(List<ApiKey> keys) {
        var names = new HashSet<String>();
        var digests = new HashSet<String>();
        for (int n = 0; n < keys.size(); n++) {
            ApiKey key = keys.get(n);
            String problem = key.problem();
            if (problem != null) throw wrong(n, problem);
            if (!names.add(key.name()))
                throw wrong(n, "has the name of another key: " + key.name());
            if (!digests.add(key.sha256().toLowerCase(Locale.ROOT))) {
                throw wrong(n, "has the sha256 of another key: " + key.name());
            }
        }
    }

    private static IllegalArgumentException wrong(int index, String problem) {
        return new IllegalArgumentException("'relay.api-keys[" + index + "]' " + problem);
    }

    boolean isEnabled() {
        return security != null && Boolean.TRUE.equals(security.enabled());
    }
}
