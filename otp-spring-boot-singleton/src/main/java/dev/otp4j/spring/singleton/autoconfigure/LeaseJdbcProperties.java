/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

/**
 * Properties of the table of leases, as those of Boot's own tables.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("otp.lease.jdbc")
public final class LeaseJdbcProperties extends DatabaseInitializationProperties {
    /** Made by Boot. */
    public LeaseJdbcProperties() {}

    @Override
    public String getDefaultSchemaLocation() {
        return "classpath:dev/otp4j/lease/schema-@@platform@@.sql";
    }
}
