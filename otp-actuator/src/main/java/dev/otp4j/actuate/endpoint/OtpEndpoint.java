/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.observer.Observer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Shows an Erlang/OTP system: {@code GET /actuator/otp} shows the supervision tree, {@code GET
 * /actuator/otp/shop/stock} one node and the nodes below it, {@code GET /actuator/otp?view=crashes}
 * another {@link OtpView view}.
 *
 * <p>Reads what the engine and the {@link Observer} publish and sends no message to any process, so
 * it does not block and answers while actors and supervisors are stuck. Shows no messages, no
 * states of actors and, unless values are shown, no texts of exceptions.
 *
 * @since 0.1.0
 */
@Endpoint(id = "otp", defaultAccess = Access.READ_ONLY)
public class OtpEndpoint {
    static final int DEFAULT_DEPTH = 10;
    static final int MAX_DEPTH = 100;
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1_000;

    private final OtpSystem system;
    private final Observer observer;
    private final boolean showsValues;

    /** Creates an endpoint that shows the tree of {@code system}; all other views are empty. */
    public OtpEndpoint(OtpSystem system) {
        this(system, new Observer());
    }

    /** Creates an endpoint that shows {@code system} and what its {@code observer} keeps. */
    public OtpEndpoint(OtpSystem system, Observer observer) {
        this(system, observer, false);
    }

    /**
     * Creates an endpoint.
     *
     * @param showsValues whether texts of exceptions are shown, and messages as the runtime's
     *     redaction shows them
     */
    public OtpEndpoint(OtpSystem system, Observer observer, boolean showsValues) {
        this.system = system;
        this.observer = observer;
        this.showsValues = showsValues;
    }

    /**
     * {@return the system and its tree, or another view}
     *
     * @param view {@code tree} by default; see {@link OtpView}
     * @param depth how many levels below the root are shown, 0 to 100; defaults to 10
     * @param limit how many children of each supervisor, or entries of a view, are shown, 1 to
     *     1000; defaults to 100
     * @param since of {@code events}: a sequence number or a time; entries after it are shown
     * @param sort of {@code actors}: {@code tree}, {@code mailbox}, {@code age}, {@code restarts}
     *     or {@code busy}
     * @param state of {@code actors}: only processes in that state
     * @throws InvalidEndpointRequestException if a parameter has no such value
     */
    @ReadOperation
    public OperationResponseBody show(
            @Nullable String view,
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Nullable String since,
            @Nullable String sort,
            @Nullable String state) {
        return show(view, depth, limit, since, sort, state, showsValues);
    }

    /**
     * {@return the system and its tree}
     *
     * @param depth how many levels below the root are shown, 0 to 100; defaults to 10
     * @param limit how many children of each supervisor are shown, 1 to 1000; defaults to 100
     * @throws InvalidEndpointRequestException if {@code depth} or {@code limit} is out of range
     */
    public SystemDescriptor tree(@Nullable Integer depth, @Nullable Integer limit) {
        return SystemDescriptor.of(system, system.tree(depth(depth), limit(limit)));
    }

    OperationResponseBody show(
            @Nullable String view,
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Nullable String since,
            @Nullable String sort,
            @Nullable String state,
            boolean values) {
        int most = limit(limit);
        var views = new ViewReader(system, observer);
        return switch (constant("view", view, OtpView.TREE)) {
            case TREE -> tree(depth, limit);
            case ACTORS ->
                    ActorList.of(
                            system,
                            constant("sort", sort, ActorList.Sort.TREE),
                            state(state),
                            most);
            case EVENTS -> views.events(since, most);
            case CRASHES -> views.crashes(most, values);
            case CALLS -> views.calls(most);
            case DROPPED -> views.dropped(most);
            case STUCK -> views.stuck(most);
            case WAITS -> views.waits(most);
            case STARTS -> views.starts(most);
            case BUDGETS -> views.budgets(most);
        };
    }

    /**
     * {@return one node and the nodes below it, or null if the tree has no node at that path}
     *
     * @param depth how many levels below the node are shown, 0 to 100; defaults to 10
     * @param limit how many children of each supervisor are shown, 1 to 1000; defaults to 100
     * @param path names from the root downwards, such as {@code shop}, {@code stock}
     * @throws InvalidEndpointRequestException if {@code depth} or {@code limit} is out of range
     */
    @ReadOperation
    public @Nullable NodeDescriptor node(
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path) {
        return node(depth, limit, path, showsValues);
    }

    @Nullable NodeDescriptor node(
            @Nullable Integer depth, @Nullable Integer limit, String[] path, boolean values) {
        Optional<TreeNode> found = find(depth, limit, path);
        return found.map(node -> NodeDescriptor.of(node).with(process(node, values))).orElse(null);
    }

    Optional<TreeNode> find(@Nullable Integer depth, @Nullable Integer limit, String[] path) {
        return system.find("/" + String.join("/", path), depth(depth), limit(limit));
    }

    private @Nullable ProcessDescriptor process(TreeNode node, boolean values) {
        return ProcessDescriptor.of(node, observer, values);
    }

    private static TreeNode.@Nullable State state(@Nullable String state) {
        if (state == null || state.isEmpty()) return null;
        return constant("state", state, TreeNode.State.RUNNING);
    }

    static <E extends Enum<E>> E constant(String name, @Nullable String value, E byDefault) {
        if (value == null || value.isEmpty()) return byDefault;
        E[] all = byDefault.getDeclaringClass().getEnumConstants();
        for (E constant : all) {
            if (Texts.lowerCase(constant).equals(value.toLowerCase(Locale.ROOT))) return constant;
        }
        String known = Arrays.stream(all).map(Texts::lowerCase).collect(Collectors.joining(", "));
        String text = "'%s' must be one of %s: %s".formatted(name, known, value);
        throw new InvalidEndpointRequestException(text, text);
    }

    static int depth(@Nullable Integer depth) {
        return depth == null ? DEFAULT_DEPTH : checked("depth", depth, 0, MAX_DEPTH);
    }

    static int limit(@Nullable Integer limit) {
        return limit == null ? DEFAULT_LIMIT : checked("limit", limit, 1, MAX_LIMIT);
    }

    private static int checked(String name, int value, int least, int most) {
        if (value >= least && value <= most) return value;
        String text = "'%s' must be between %d and %d: %d".formatted(name, least, most, value);
        throw new InvalidEndpointRequestException(text, text);
    }
}
