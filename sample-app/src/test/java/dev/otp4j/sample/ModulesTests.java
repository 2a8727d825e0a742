/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModulesTests {
    @Test
    void modulesUseEachOtherInOneDirectionAndWithoutTheirInternals() {
        var modules = ApplicationModules.of(SampleApplication.class);

        assertThat(modules.stream().map(module -> module.getIdentifier().toString()))
                .contains("ledger", "courier", "relay", "web", "chaos");
        modules.verify();
    }
}
