/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;

/** The databases that the relay runs on. */
enum Kind {
    H2 {
        @Override
        String url(Path folder) {
            return "jdbc:h2:retry:"
                    + folder
                    + "/./relay;DB_CLOSE_ON_EXIT=FALSE;RETENTION_TIME=5000;LOCK_TIMEOUT=2000";
        }

        @Override
        String numbers(long first, long last) {
            return "(SELECT X AS n FROM SYSTEM_RANGE(%d, %d)) n".formatted(first, last);
        }
    },
    POSTGRESQL {
        @Override
        String url(Path folder) {
            return Postgres.database() + "&options=-c%20lock_timeout=2000";
        }

        @Override
        String numbers(long first, long last) {
            return "(SELECT n FROM generate_series(%d, %d) n) n".formatted(first, last);
        }
    };

    /** {@return the URL of a new database} One in a file is in the folder. */
    abstract String url(Path folder);

    /** {@return a table {@code n} for {@code FROM}, whose column {@code n} has these numbers} */
    abstract String numbers(long first, long last);

    /** Opens a pool as the application does. */
    static HikariDataSource open(String url) {
        var database = new HikariDataSource();
        database.setJdbcUrl(url);
        if (url.startsWith("jdbc:h2:")) {
            database.setUsername("sa");
            database.setPassword("");
        }
        database.setConnectionTimeout(3_000);
        database.setConnectionTestQuery("SELECT 1");
        database.setExceptionOverrideClassName(BrokenConnections.class.getName());
        return database;
    }
}
