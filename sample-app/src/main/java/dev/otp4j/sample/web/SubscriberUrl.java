/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;

/** Checks the URL of a subscriber. */
final class SubscriberUrl {
    private static final int MAX_LENGTH = 2048;

    private SubscriberUrl() {}

    static URI of(String text) {
        if (text.length() > MAX_LENGTH) {
            throw bad("may have at most " + MAX_LENGTH + " characters");
        }
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            throw bad("must contain only ASCII characters; percent-encode all others");
        }
        URI url = parsed(text);
        if (url.getRawUserInfo() != null) throw bad("must not contain user information");
        if (url.getRawFragment() != null) throw bad("must not have a fragment");
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            throw bad("must have a port from 1 to 65535: " + url.getPort());
        }
        return url;
    }

    private static URI parsed(String text) {
        try {
            var url = new URI(text);
            HttpRequest.newBuilder(url); // http or https, and a host
            return url;
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw bad("must be an absolute http or https URL with a host");
        }
    }

    private static ProblemException bad(String rule) {
        return ProblemException.badRequest("'url' " + rule);
    }
}
