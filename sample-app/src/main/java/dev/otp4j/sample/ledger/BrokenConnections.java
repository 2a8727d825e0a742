/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;

/**
 * Makes the pool drop connections to a database that was closed. H2 reports this with error codes
 * that the pool does not know, and such a connection still reports that it is valid.
 */
public final class BrokenConnections implements SQLExceptionOverride {
    @java.lang.Override
    public Override adjudicate(SQLException e) {
        boolean broken =
                e instanceof SQLNonTransientConnectionException
                        || e instanceof SQLRecoverableException;
        return broken ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
