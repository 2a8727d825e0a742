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
 * format=mermaid} to the tree and to nodes, answers {@code Accept: text/plain} with text, shows
 * values by {@code management.endpoint.otp.show-values} and the roles of the caller, and runs
 * operations in the name of the caller. A request that is wrong is answered with a {@link
 * ProblemDescriptor}.
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
    @ReadOperation(producesFrom = OtpMediaType.class)
    public WebEndpointResponse<Object> show(
            SecurityContext security,
            OtpMediaType accepted,
            @Nullable String view,
            @Nullable String depth,
            @Nullable String limit,
            @Nullable String offset,
            @Nullable String since,
            @Nullable String sort,
            @Nullable String state,
            @Nullable String match,
            @Nullable String below,
            @Nullable String format) {
        return checked(
                accepted,
                () -> {
                    Format as = OtpEndpoint.constant("format", format, accepted.format());
                    var query =
                            new ViewQuery(
                                    view,
                                    depth(depth),
                                    limit(limit),
                                    offset(offset),
                                    since,
                                    sort,
                                    state,
                                    match,
                                    below);
                    OtpView of = query.checkedView();
                    if (as == Format.MERMAID)
                        OtpEndpoint.applies("format", format, of, OtpView.TREE);
                    return of == OtpView.TREE && as != Format.JSON
                            ? treeText(query, as, accepted)
                            : view(query, as, accepted, showValues.isShown(security, roles));
                });
    }

    private WebEndpointResponse<Object> treeText(
            ViewQuery query, Format as, OtpMediaType accepted) {
        Optional<TreeNode> root = endpoint.find(query.depth(), query.limit(), query.state(), ROOT);
        return root.isEmpty()
                ? new WebEndpointResponse<>(noTree(as), TEXT)
                : text(root, as, accepted, ROOT);
    }

    private WebEndpointResponse<Object> view(
            ViewQuery query, Format as, OtpMediaType accepted, boolean values) {
        var shown = endpoint.show(query, values);
        return as == Format.TEXT
                ? new WebEndpointResponse<>(ViewText.of(shown), TEXT)
                : json(shown, accepted);
    }

    /** {@return one node; see {@link OtpEndpoint#node}} */
    @ReadOperation(producesFrom = OtpMediaType.class)
    public WebEndpointResponse<Object> node(
            SecurityContext security,
            OtpMediaType accepted,
            @Nullable String depth,
            @Nullable String limit,
            @Nullable String offset,
            @Nullable String since,
            @Nullable String sort,
            @Nullable String state,
            @Nullable String match,
            @Nullable String below,
            @Nullable String format,
            @Nullable String view,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path) {
        return checked(
                accepted,
                () -> {
                    Format as = OtpEndpoint.constant("format", format, accepted.format());
                    notOfNodes("view", view);
                    notOfNodes("since", since);
                    notOfNodes("sort", sort);
                    notOfNodes("offset", offset);
                    notOfNodes("match", match);
                    notOfNodes("below", below);
                    if (as != Format.JSON)
                        return text(
                                endpoint.find(depth(depth), limit(limit), state, path),
                                as,
                                accepted,
                                path);
                    boolean values = showValues.isShown(security, roles);
                    NodeDescriptor node =
                            endpoint.node(depth(depth), limit(limit), state, path, values);
                    return node == null ? notFound(accepted, path) : json(node, accepted);
                });
    }

    /** {@return what came of an operation; see {@link OtpEndpoint#operate}} */
    @WriteOperation
    public WebEndpointResponse<Object> operate(
            SecurityContext security,
            @Nullable String action,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path,
            @Nullable String most) {
        return checked(
                OtpMediaType.ACTUATOR,
                () -> {
                    OtpAction wanted = OtpEndpoint.action(action);
                    Optional<OperationDescriptor> done =
                            endpoint.operate(
                                    principal(security),
                                    wanted,
                                    OtpEndpoint.most(most(most), wanted),
                                    path);
                    return done.isEmpty()
                            ? notFound(OtpMediaType.ACTUATOR, path)
                            : new WebEndpointResponse<>(done.get(), status(done.get()));
                });
    }

    private static void notOfNodes(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) return;
        String text = "'%s' does not apply to a node: %s".formatted(name, value);
        throw new InvalidEndpointRequestException(text, text);
    }

    /** A text, because Boot's answer to one that is no number says nothing. */
    private static @Nullable Integer depth(@Nullable String depth) {
        return OtpEndpoint.number("depth", depth, 0, OtpEndpoint.MAX_DEPTH);
    }

    private static @Nullable Integer limit(@Nullable String limit) {
        return OtpEndpoint.number("limit", limit, 1, OtpEndpoint.MAX_LIMIT);
    }

    private static @Nullable Integer most(@Nullable String most) {
        return OtpEndpoint.number("most", most, 1, OtpEndpoint.MOST_PARKED);
    }

    private static @Nullable Integer offset(@Nullable String offset) {
        return OtpEndpoint.number("offset", offset, 0, OtpEndpoint.MAX_OFFSET);
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
            OtpMediaType accepted, Supplier<WebEndpointResponse<Object>> answer) {
        try {
            return answer.get();
        } catch (InvalidEndpointRequestException wrong) {
            return problem(accepted, WebEndpointResponse.STATUS_BAD_REQUEST, wrong.getReason());
        }
    }

    private static WebEndpointResponse<Object> notFound(OtpMediaType accepted, String[] path) {
        return problem(accepted, WebEndpointResponse.STATUS_NOT_FOUND, OtpEndpoint.noNode(path));
    }

    private static WebEndpointResponse<Object> problem(
            OtpMediaType accepted, int status, @Nullable String error) {
        String text = String.valueOf(error);
        return accepted == OtpMediaType.TEXT
                ? new WebEndpointResponse<>(text + "\n", status, TEXT)
                : new WebEndpointResponse<>(
                        new ProblemDescriptor(status, text), status, accepted.json());
    }

    private static WebEndpointResponse<Object> json(Object answer, OtpMediaType accepted) {
        return new WebEndpointResponse<>(answer, accepted.json());
    }

    /** While no tree runs the request is right all the same. */
    private String noTree(Format as) {
        SystemDescriptor system = endpoint.tree(null, null);
        return as == Format.TEXT ? TreeText.none(system) : TreeText.noMermaid(system);
    }

    private static WebEndpointResponse<Object> text(
            Optional<TreeNode> found, Format as, OtpMediaType accepted, String[] path) {
        if (found.isEmpty()) return notFound(accepted, path);
        TreeNode node = found.get();
        String text = as == Format.TEXT ? TreeText.text(node) : TreeText.mermaid(node);
        return new WebEndpointResponse<>(text, TEXT);
    }
}
