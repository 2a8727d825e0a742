/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import java.util.function.BiConsumer;

/**
 * The headers of the page and its files. They let it load nothing and ask nothing but its own
 * server, run no script and use no style that is not a file of it, and stand in no frame.
 */
final class PageHeaders {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                    + "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private PageHeaders() {}

    static void set(BiConsumer<String, String> response) {
        response.accept("Content-Security-Policy", POLICY);
        response.accept("X-Content-Type-Options", "nosniff");
        response.accept("Referrer-Policy", "no-referrer");
        response.accept("Cross-Origin-Opener-Policy", "same-origin");
        response.accept("Cross-Origin-Resource-Policy", "same-origin");
        response.accept("Cache-Control", "no-store");
    }
}
