/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Why a request was not answered.
 *
 * @param status the HTTP status
 * @param error what is wrong with the request, and what would be right
 * @since 0.1.0
 */
public record ProblemDescriptor(int status, String error) implements OperationResponseBody {}
