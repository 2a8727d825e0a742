/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Answers a wrong request with a text. Boot's own answer has none, and that to a write without a
 * result is 204, as if it had been done.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = DeliveryEndpoint.class)
public final class DeliveryEndpointWebExtension {
    private final DeliveryEndpoint endpoint;

    DeliveryEndpointWebExtension(DeliveryEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * {@return what {@link DeliveryEndpoint#resubmit} does; 404 if there is no such target, 400 if
     * {@code publication} is no id}
     */
    @WriteOperation
    public WebEndpointResponse<Object> resubmit(
            @Selector String target, @Nullable String publication) {
        try {
            UUID wanted = publication == null ? null : DeliveryEndpoint.id(publication);
            return new WebEndpointResponse<>(endpoint.resubmitted(target, wanted));
        } catch (InvalidEndpointRequestException noId) {
            return problem(WebEndpointResponse.STATUS_BAD_REQUEST, noId);
        } catch (IllegalArgumentException noTarget) {
            return problem(WebEndpointResponse.STATUS_NOT_FOUND, noTarget);
        }
    }

    private static WebEndpointResponse<Object> problem(int status, RuntimeException why) {
        return new WebEndpointResponse<>(
                new ProblemDescriptor(status, String.valueOf(why.getMessage())), status);
    }

    /**
     * What is wrong with a request.
     *
     * @param status the HTTP status
     * @param error what is wrong
     */
    public record ProblemDescriptor(int status, String error) {}
}
