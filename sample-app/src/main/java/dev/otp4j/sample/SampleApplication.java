/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
@ConfigurationPropertiesScan
public class SampleApplication {
    private static final Logger LOG = LoggerFactory.getLogger(SampleApplication.class);

    public static void main(String[] args) {
        SpringApplication.run(SampleApplication.class, args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** The last line at the start says where to look. */
    @Bean
    ApplicationListener<ApplicationReadyEvent> page() {
        return ready -> {
            String port =
                    ready.getApplicationContext().getEnvironment().getProperty("local.server.port");
            if (port != null) LOG.info("Open the page: http://localhost:{}/", port);
        };
    }
}
