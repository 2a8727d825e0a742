/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.TreeNode;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.util.MimeType;

/**
 * The endpoint {@code otp} over HTTP: adds {@code format=text} to all views and to nodes, {@code
 * format=mermaid} to the tree and to nodes, and shows values by {@code
 * management.endpoint.otp.show-values} and the roles of the caller.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = OtpEndpoint.class)
public class OtpEndpointWebExtension {
    private static final MimeType TEXT = MimeType.valueOf("text/plain;charset=UTF-8");
    private static final String[] ROOT = {};

    /** How a view is written. */
    enum Format {
        /** An object with all fields. */
        JSON,
        /** Lines for a terminal. */
        TEXT,
        /** A flowchart; of trees only. */
        MERMAID
    }

    private final OtpEndpoint endpoint;
    private final Show showValues;
    private final Set<String> roles;

    /**
     * Creates the extension.
     *
     * @param roles roles that may see values when {@code showValues} is {@code WHEN_AUTHORIZED}
     */
    public OtpEndpointWebExtension(OtpEndpoint endpoint, Show showValues, Set<String> roles) {
        this.endpoint = endpoint;
        this.showValues = showValues;
        this.roles = Set.copyOf(roles);
    }

    /** {@return the tree or another view; see {@link OtpEndpoint#show}} */
    @ReadOperation
    public WebEndpointResponse<Object> show(
            SecurityContext security,
            @Nullable String view,
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Nullable String since,
            @Nullable String sort,
            @Nullable String state,
            @Nullable String format) {
        Format as = OtpEndpoint.constant("format", format, Format.JSON);
        OtpView of = OtpEndpoint.constant("view", view, OtpView.TREE);
        if (of == OtpView.TREE && as != Format.JSON) {
            return text(endpoint.find(depth, limit, ROOT), as);
        }
        if (as == Format.MERMAID) {
            String text = "'format=mermaid' is for the tree, not for view=" + Texts.lowerCase(of);
            throw new InvalidEndpointRequestException(text, text);
        }
        boolean values = showValues.isShown(security, roles);
        var shown = endpoint.show(view, depth, limit, since, sort, state, values);
        return as == Format.TEXT
                ? new WebEndpointResponse<>(ViewText.of(shown), TEXT)
                : new WebEndpointResponse<>(shown);
    }

    /** {@return one node; see {@link OtpEndpoint#node}} */
    @ReadOperation
    public WebEndpointResponse<Object> node(
            SecurityContext security,
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Nullable String format,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path) {
        Format as = OtpEndpoint.constant("format", format, Format.JSON);
        if (as != Format.JSON) return text(endpoint.find(depth, limit, path), as);
        boolean values = showValues.isShown(security, roles);
        NodeDescriptor node = endpoint.node(depth, limit, path, values);
        return node == null
                ? new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND)
                : new WebEndpointResponse<>(node);
    }

    private static WebEndpointResponse<Object> text(Optional<TreeNode> found, Format as) {
        if (found.isEmpty()) return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        TreeNode node = found.get();
        String text = as == Format.TEXT ? TreeText.text(node) : TreeText.mermaid(node);
        return new WebEndpointResponse<>(text, TEXT);
    }
}
