/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import dev.otp4j.sample.courier.Destinations;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerUnavailableException;
import dev.otp4j.sample.ledger.Secret;
import dev.otp4j.sample.ledger.SecretReader;
import dev.otp4j.sample.ledger.Subscription;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** The subscription of the demo receiver. */
@Component
@ConditionalOnBooleanProperty("relay.demo")
class DemoSubscription {
    private static final Logger LOG = LoggerFactory.getLogger(DemoSubscription.class);

    private final LedgerClient ledger;
    private final SecretReader reader;
    private final URI url;

    DemoSubscription(
            LedgerClient ledger,
            SecretReader reader,
            Destinations destinations,
            DemoProperties properties) {
        this.ledger = ledger;
        this.reader = reader;
        this.url = properties.url();
        if (destinations.refuse(url)) {
            throw new IllegalStateException(
                    "'relay.demo=true' needs 'relay.allow-private-addresses=true', because the"
                            + " demo receiver listens on this machine: "
                            + url);
        }
    }

    Verifier verifier() {
        return new Verifier(reader, url);
    }

    /** Subscribes, unless there is a subscription. Returns false if that is not known. */
    boolean make() {
        try {
            if (reader.secrets(url).isEmpty()) {
                ledger.subscribe(Subscription.of(url, Secret.generate()));
                LOG.info("The demo receiver has subscribed: {}", url);
            }
            return true;
        } catch (LedgerUnavailableException | DataAccessException e) {
            LOG.warn("the demo receiver could not subscribe: {}", e.getMessage());
            return false;
        }
    }
}
