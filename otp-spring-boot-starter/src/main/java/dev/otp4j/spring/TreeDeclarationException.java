/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

/**
 * Thrown when the application's declarations cannot form a supervision tree. The message says what
 * is wrong, {@link #action} says how to correct it. No part of the tree has been started.
 *
 * @since 0.1.0
 */
public final class TreeDeclarationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * Creates an exception.
     *
     * @param description what is wrong
     * @param action how to correct it
     */
    public TreeDeclarationException(String description, String action) {
        super(description);
        this.action = action;
    }

    /** {@return how to correct the declarations} */
    public String action() {
        return action;
    }
}
