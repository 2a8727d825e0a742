/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import java.net.UnknownHostException;

/**
 * A host has only addresses to which no delivery may go. It is a kind of unknown host, because the
 * HTTP client lets a resolver throw nothing else.
 */
final class AddressRefusedException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    AddressRefusedException(String host) {
        super("no address of '" + host + "' is allowed");
    }
}
