/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class H2LeaseStoreTests extends LeaseStoreContract {
    @Override
    JdbcLeaseStore store() throws SQLException {
        return Databases.h2();
    }

    @Test
    void aTableHasAPlainName() throws Exception {
        JdbcLeaseStore store = store();
        assertThatThrownBy(() -> store.table("x; DROP TABLE y"))
                .hasMessage(
                        "'name' must be letters, digits and underscores, with at most one dot: \"x; DROP TABLE y\"");
    }
}
