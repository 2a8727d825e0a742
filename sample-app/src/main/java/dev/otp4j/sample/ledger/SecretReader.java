/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Repository;

/** Reads the secrets of subscriptions, for a subscriber that runs beside the relay. */
@Repository
public class SecretReader {
    private final Database database;

    SecretReader(Database database) {
        this.database = database;
    }

    /**
     * {@return the secrets of the subscriptions with this URL, oldest first} Those that cannot be
     * read are left out.
     */
    public List<Secret> secrets(URI url) {
        var found = new ArrayList<Secret>();
        for (String text : database.reading(() -> texts(url))) {
            try {
                found.add(Secret.of(text));
            } catch (IllegalArgumentException e) {
                // the relay does not deliver with it
            }
        }
        return found;
    }

    private List<String> texts(URI url) {
        return database.jdbc()
                .queryForList(
                        """
                        SELECT secret FROM subscription WHERE url = ? AND deleted_at IS NULL
                        ORDER BY created_at, id
                        """,
                        String.class,
                        url.toString());
    }
}
