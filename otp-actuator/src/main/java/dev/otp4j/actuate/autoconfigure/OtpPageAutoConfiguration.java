/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.page.OtpPageEndpoint;
import dev.otp4j.actuate.page.PagePaths;
import dev.otp4j.application.OtpSystem;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * Auto-configuration of the endpoint {@code otpui}. The headers of its answers are set in the
 * management context.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
        after = OtpEndpointAutoConfiguration.class,
        afterName = "dev.otp4j.spring.autoconfigure.OtpAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnWebApplication
@ConditionalOnAvailableEndpoint(OtpPageEndpoint.class)
@ConditionalOnBean(OtpSystem.class)
@ImportRuntimeHints(OtpPageAutoConfiguration.Hints.class)
public final class OtpPageAutoConfiguration {
    OtpPageAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    OtpPageEndpoint otpPageEndpoint(PagePaths paths) {
        return new OtpPageEndpoint(paths);
    }

    @Bean
    PagePaths otpPagePaths(ObjectProvider<PathMappedEndpoints> endpoints) {
        return new PagePaths(endpoints::getObject);
    }

    /** The files of the page. */
    static final class Hints implements RuntimeHintsRegistrar {
        @Override
        public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
            hints.resources().registerPattern("dev/otp4j/actuate/page/*");
            hints.resources().registerPattern("dev/otp4j/actuate/page/views/*");
        }
    }
}
