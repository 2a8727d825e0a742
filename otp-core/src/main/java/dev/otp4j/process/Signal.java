/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;

/** What stands in a mailbox and is no user message: a signal that became a message. */
abstract sealed class Signal extends Node {
    private Signal(Object item) {
        super(item);
    }

    /** A trapped exit. */
    static final class Exit extends Signal {
        Exit(ExitMessage message) {
            super(message);
        }

        ExitMessage message() {
            return (ExitMessage) item;
        }
    }

    /** A monitor fired. */
    static final class Down extends Signal {
        Down(dev.otp4j.process.Down message) {
            super(message);
        }

        dev.otp4j.process.Down message() {
            return (dev.otp4j.process.Down) item;
        }
    }
}
