/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

/**
 * The declarations in the application make no supervision tree. Says what is wrong and what to do;
 * nothing was started.
 *
 * @since 0.1.0
 */
public final class TreeDeclarationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String action;

    /** What is wrong, and what to do about it. */
    public TreeDeclarationException(String description, String action) {
        super(description);
        this.action = action;
    }

    /** {@return what to do about it} */
    public String action() {
        return action;
    }
}
