/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.TreeNode;
import java.security.Principal;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.util.MimeType;

/**
 * The endpoint {@code otp} over HTTP: adds {@code format=text} to all views and to nodes and {@code
 * format=mermaid} to the tree and to nodes, shows values by {@code
 * management.endpoint.otp.show-values} and the roles of the caller, and runs operations in the name
 * of the caller. A request that is wrong is answered with a {@link ProblemDescriptor}.
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
            @Nullable String depth,
            @Nullable String limit,
            @Nullable String since,
            @Nullable String sort,
            @Nullable String state,
            @Nullable String format) {
        return checked(
                () -> {
                    Format as = OtpEndpoint.constant("format", format, Format.JSON);
                    OtpView of = OtpEndpoint.constant("view", view, OtpView.TREE);
                    if (as == Format.MERMAID)
                        OtpEndpoint.applies("format", format, of, OtpView.TREE);
                    if (of == OtpView.TREE && as != Format.JSON) {
                        OtpEndpoint.applies("since", since, of);
                        OtpEndpoint.applies("sort", sort, of);
                        Optional<TreeNode> root =
                                endpoint.find(depth(depth), limit(limit), state, ROOT);
                        return root.isEmpty()
                                ? new WebEndpointResponse<>(noTree(as), TEXT)
                                : text(root, as, ROOT);
                    }
                    boolean values = showValues.isShown(security, roles);
                    var shown =
                            endpoint.show(
                                    view, depth(depth), limit(limit), since, sort, state, values);
                    return as == Format.TEXT
                            ? new WebEndpointResponse<>(ViewText.of(shown), TEXT)
                            : new WebEndpointResponse<>(shown);
                });
    }

    /** {@return one node; see {@link OtpEndpoint#node}} */
    @ReadOperation
    public WebEndpointResponse<Object> node(
            SecurityContext security,
            @Nullable String depth,
            @Nullable String limit,
            @Nullable String state,
            @Nullable String format,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path) {
        return checked(
                () -> {
                    Format as = OtpEndpoint.constant("format", format, Format.JSON);
                    if (as != Format.JSON)
                        return text(
                                endpoint.find(depth(depth), limit(limit), state, path), as, path);
                    boolean values = showValues.isShown(security, roles);
                    NodeDescriptor node =
                            endpoint.node(depth(depth), limit(limit), state, path, values);
                    return node == null ? notFound(path) : new WebEndpointResponse<>(node);
                });
    }

    /** {@return what came of an operation; see {@link OtpEndpoint#operate}} */
    @WriteOperation
    public WebEndpointResponse<Object> operate(
            SecurityContext security,
            @Nullable String action,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path) {
        return checked(
                () -> {
                    OtpAction wanted = OtpEndpoint.action(action);
                    Optional<OperationDescriptor> done =
                            endpoint.operate(principal(security), wanted, path);
                    return done.isEmpty()
                            ? notFound(path)
                            : new WebEndpointResponse<>(done.get(), status(done.get()));
                });
    }

    /** A text, because Boot's answer to one that is no number says nothing. */
    private static @Nullable Integer depth(@Nullable String depth) {
        return OtpEndpoint.number("depth", depth, 0, OtpEndpoint.MAX_DEPTH);
    }

    private static @Nullable Integer limit(@Nullable String limit) {
        return OtpEndpoint.number("limit", limit, 1, OtpEndpoint.MAX_LIMIT);
    }

    private static int status(OperationDescriptor done) {
        return OtpEndpoint.constant("outcome", done.outcome(), Outcome.Kind.DONE).status();
    }

    private static String principal(SecurityContext security) {
        Principal principal = security.getPrincipal();
        String name = principal == null ? null : principal.getName();
        return name == null || name.isEmpty() ? OtpEndpoint.ANONYMOUS : name;
    }

    /** Boot's own answer to a wrong request leaves the text out. */
    private static WebEndpointResponse<Object> checked(
            Supplier<WebEndpointResponse<Object>> answer) {
        try {
            return answer.get();
        } catch (InvalidEndpointRequestException wrong) {
            return problem(WebEndpointResponse.STATUS_BAD_REQUEST, wrong.getReason());
        }
    }

    private static WebEndpointResponse<Object> notFound(String[] path) {
        return problem(WebEndpointResponse.STATUS_NOT_FOUND, OtpEndpoint.noNode(path));
    }

    private static WebEndpointResponse<Object> problem(int status, @Nullable String error) {
        var problem = new ProblemDescriptor(status, String.valueOf(error));
        return new WebEndpointResponse<>(problem, status);
    }

    /** While no tree runs the request is right all the same. */
    private String noTree(Format as) {
        SystemDescriptor system = endpoint.tree(null, null);
        return as == Format.TEXT ? TreeText.none(system) : TreeText.noMermaid(system);
    }

    private static WebEndpointResponse<Object> text(
            Optional<TreeNode> found, Format as, String[] path) {
        if (found.isEmpty()) return notFound(path);
        TreeNode node = found.get();
        String text = as == Format.TEXT ? TreeText.text(node) : TreeText.mermaid(node);
        return new WebEndpointResponse<>(text, TEXT);
    }
}
