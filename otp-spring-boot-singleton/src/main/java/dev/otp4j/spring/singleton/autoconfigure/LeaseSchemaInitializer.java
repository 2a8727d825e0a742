/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import javax.sql.DataSource;
import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;

/** Creates the table of leases, as {@code otp.lease.jdbc.initialize-schema} says. */
final class LeaseSchemaInitializer
        extends PropertiesBasedDataSourceScriptDatabaseInitializer<LeaseJdbcProperties> {
    LeaseSchemaInitializer(DataSource dataSource, LeaseJdbcProperties properties) {
        super(dataSource, properties);
    }
}
