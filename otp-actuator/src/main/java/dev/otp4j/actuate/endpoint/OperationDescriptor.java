/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What came of an operation on a node.
 *
 * @param path path of the node
 * @param action what was asked for, such as {@code restart}
 * @param outcome {@code done} (HTTP 200); {@code accepted} (202): it goes on, and an event will
 *     tell its end; {@code refused} (409): it does not apply to the node, and nothing was done;
 *     {@code failed} (409): it was tried
 * @param text what was done, or why not
 * @since 0.1.0
 */
public record OperationDescriptor(String path, String action, String outcome, String text)
        implements OperationResponseBody {}
