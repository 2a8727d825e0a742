/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.Pid;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows an Erlang/OTP system: {@code GET /actuator/otp} shows the supervision tree, {@code GET
 * /actuator/otp/shop/stock} one node and the nodes below it, {@code GET /actuator/otp?view=crashes}
 * another {@link OtpView view}.
 *
 * <p>A read operation reads what the engine and the {@link Observer} publish and sends no message
 * to any process, so it does not block and answers while actors and supervisors are stuck. Shows no
 * messages, no states of actors and, unless values are shown, no texts of exceptions.
 *
 * <p>The write operation, {@code POST /actuator/otp/shop/stock} with an {@link OtpAction}, needs
 * {@code management.endpoint.otp.access=unrestricted}. It waits for three seconds at most; what
 * takes longer goes on.
 *
 * @since 0.1.0
 */
@Endpoint(id = "otp", defaultAccess = Access.READ_ONLY)
public class OtpEndpoint {
    static final int DEFAULT_DEPTH = 10;
    static final int MAX_DEPTH = 100;
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1_000;
    static final int MAX_OFFSET = 10_000;
    static final int MOST_PARKED = 10_000;

    /** The principal of an operation that has none. */
    static final String ANONYMOUS = "anonymous";

    private final OtpSystem system;
    private final Observer observer;
    private final ShownValues shownValues;
    private final Operator operator;
    private final boolean operable;
    private final HandledMessages handled;

    /** Creates an endpoint that shows the tree of {@code system}; all other views are empty. */
    public OtpEndpoint(OtpSystem system) {
        this(system, new Observer());
    }

    /** Creates an endpoint that shows {@code system} and what its {@code observer} keeps. */
    public OtpEndpoint(OtpSystem system, Observer observer) {
        this(
                system,
                observer,
                false,
                new Sanitizer(),
                OperationLog.logged(),
                true,
                HandledMessages.NOT_MEASURED);
    }

    /**
     * Creates an endpoint.
     *
     * @param showsValues whether texts of exceptions are shown, and messages as the runtime's
     *     redaction shows them
     * @param sanitizer changes these before they are shown; keys are {@code crash.text}, {@code
     *     crash.message} and {@code call.text}
     * @param log where operations leave a trace
     * @param operable whether access to the endpoint allows operations, so that answers may offer
     *     them; it does not allow or refuse any
     * @param handled how many messages actors have handled
     */
    public OtpEndpoint(
            OtpSystem system,
            Observer observer,
            boolean showsValues,
            Sanitizer sanitizer,
            OperationLog log,
            boolean operable,
            HandledMessages handled) {
        this(
                system,
                observer,
                new ShownValues(showsValues, sanitizer),
                new Operator(system, observer, log, Operator.PATIENCE),
                operable,
                handled);
    }

    OtpEndpoint(
            OtpSystem system,
            Observer observer,
            ShownValues shownValues,
            Operator operator,
            boolean operable,
            HandledMessages handled) {
        this.system = system;
        this.observer = observer;
        this.shownValues = shownValues;
        this.operator = operator;
        this.operable = operable;
        this.handled = handled;
    }

    /**
     * {@return the system and its tree, or another view}
     *
     * @param view {@code tree} by default; see {@link OtpView}
     * @param depth of {@code tree}: how many levels below the root are shown, 0 to 100; defaults to
     *     10
     * @param limit how many children of each supervisor, or entries of a view, are shown, 1 to
     *     1000; defaults to 100
     * @param offset of {@code actors}: so many of the first ones are left out, 0 to 10,000
     * @param since of {@code events}: a sequence number or a time; entries after it are shown
     * @param sort of {@code actors}: {@code tree}, {@code mailbox}, {@code age}, {@code restarts}
     *     or {@code busy}
     * @param state of {@code actors}: only processes in that state; of {@code tree}: of the nodes
     *     that {@code depth} and {@code limit} show, those in that state and those above them
     * @param match of {@code actors}: only processes whose path contains this text
     * @param below of {@code actors}: only processes below this path
     * @throws InvalidEndpointRequestException if a parameter has no such value, or does not apply
     *     to the view
     */
    @ReadOperation(producesFrom = OtpMediaType.class)
    public OperationResponseBody show(
            @Nullable String view,
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Nullable Integer offset,
            @Nullable String since,
            @Nullable String sort,
            @Nullable String state,
            @Nullable String match,
            @Nullable String below) {
        var query = new ViewQuery(view, depth, limit, offset, since, sort, state, match, below);
        return show(query, shownValues.shown());
    }

    /**
     * {@return the system and its tree}
     *
     * @param depth how many levels below the root are shown, 0 to 100; defaults to 10
     * @param limit how many children of each supervisor are shown, 1 to 1000; defaults to 100
     * @throws InvalidEndpointRequestException if {@code depth} or {@code limit} is out of range
     */
    public SystemDescriptor tree(@Nullable Integer depth, @Nullable Integer limit) {
        return tree(depth, limit, null);
    }

    private SystemDescriptor tree(
            @Nullable Integer depth, @Nullable Integer limit, TreeNode.@Nullable State state) {
        Optional<TreeNode> tree = system.tree(depth(depth), limit(limit));
        return SystemDescriptor.of(system, summary(), tree.map(root -> Pruned.to(root, state)));
    }

    private SystemSummary summary() {
        return SystemSummary.of(system, operable);
    }

    OperationResponseBody show(ViewQuery query, boolean values) {
        OtpView view = query.checkedView();
        int limit = limit(query.limit());
        var views = new ViewReader(system, observer, summary());
        var shown = new ShownValues(values, shownValues.sanitizer());
        return switch (view) {
            case TREE -> tree(query.depth(), query.limit(), state(query.state()));
            case ACTORS -> views.actors(query.actors());
            case EVENTS -> views.events(query.since(), limit);
            case CRASHES -> views.crashes(limit, shown);
            case CALLS -> views.calls(limit, shown);
            case DROPPED -> views.dropped(limit);
            case PARKED -> views.parked(limit);
            case STUCK -> views.stuck(limit);
            case WAITS -> views.waits(limit);
            case STARTS -> views.starts(limit);
            case BUDGETS -> views.budgets(limit);
            case RUNTIME -> views.runtime(limit);
        };
    }

    /**
     * {@return one node and the nodes below it, or null if the tree has no node at that path}
     *
     * @param depth how many levels below the node are shown, 0 to 100; defaults to 10
     * @param limit how many children of each supervisor are shown, 1 to 1000; defaults to 100
     * @param state of the nodes below it only those in that state and those above them
     * @param path names from the root downwards, such as {@code shop}, {@code stock}
     * @throws InvalidEndpointRequestException if {@code depth} or {@code limit} is out of range, or
     *     there is no such state
     */
    @ReadOperation(producesFrom = OtpMediaType.class)
    public @Nullable NodeDescriptor node(
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Nullable String state,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path) {
        return node(depth, limit, state, path, shownValues.shown());
    }

    @Nullable NodeDescriptor node(
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Nullable String state,
            String[] path,
            boolean values) {
        var shown = new ShownValues(values, shownValues.sanitizer());
        Optional<TreeNode> found = find(depth, limit, state, path);
        return found.map(node -> NodeDescriptor.of(node).with(process(node, shown), summary()))
                .orElse(null);
    }

    private ProcessDescriptor process(TreeNode node, ShownValues shown) {
        Pid pid = node.kind() == TreeNode.Kind.ACTOR ? node.pid() : null;
        Long count = pid == null ? null : handled.handledBy(pid);
        List<String> actions = operable ? operator.actions(node) : List.of();
        return ProcessDescriptor.of(node, observer, shown, count, actions);
    }

    /**
     * Does something to a node; see {@link OtpAction}. Waits for three seconds at most.
     *
     * @param action such as {@code restart}
     * @param path names from the root downwards, such as {@code shop}, {@code stock}
     * @param most of {@code replay-parked} and {@code discard-parked}: how many messages at most, 1
     *     to 10,000; defaults to 100
     * @return what came of it, also if it does not apply to the node
     * @throws InvalidEndpointRequestException if there is no such action, {@code most} does not
     *     apply to it or is out of range, or the tree has no node at that path
     */
    @WriteOperation
    public OperationDescriptor operate(
            @Nullable String action,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path,
            @Nullable Integer most) {
        OtpAction wanted = action(action);
        return operate(ANONYMOUS, wanted, most(most, wanted), path)
                .orElseThrow(
                        () -> {
                            String text = noNode(path);
                            return new InvalidEndpointRequestException(text, text);
                        });
    }

    Optional<OperationDescriptor> operate(
            String principal, OtpAction action, int most, String[] path) {
        return operator.operate(principal, action, most, "/" + String.join("/", path));
    }

    static int most(@Nullable Integer most, OtpAction of) {
        if (most == null) return DEFAULT_LIMIT;
        if (of == OtpAction.REPLAY_PARKED || of == OtpAction.DISCARD_PARKED) {
            return checked("most", most, 1, MOST_PARKED);
        }
        String text = "'most' does not apply to the action '%s'".formatted(Texts.lowerCase(of));
        throw new InvalidEndpointRequestException(text, text);
    }

    static OtpAction action(@Nullable String action) {
        String wanted = action == null || action.isEmpty() ? "none" : action;
        return constant("action", wanted, OtpAction.RESTART);
    }

    static String noNode(String[] path) {
        return "the tree has no node '/%s'".formatted(String.join("/", path));
    }

    Optional<TreeNode> find(
            @Nullable Integer depth,
            @Nullable Integer limit,
            @Nullable String state,
            String[] path) {
        TreeNode.State only = state(state);
        return system.find("/" + String.join("/", path), depth(depth), limit(limit))
                .map(node -> Pruned.to(node, only));
    }

    static void applies(String name, @Nullable Object value, OtpView shown, OtpView... views) {
        if (value == null || value.equals("") || List.of(views).contains(shown)) return;
        String text =
                "'%s' does not apply to the view '%s'".formatted(name, Texts.lowerCase(shown));
        throw new InvalidEndpointRequestException(text, text);
    }

    static TreeNode.@Nullable State state(@Nullable String state) {
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

    static int offset(@Nullable Integer offset) {
        return offset == null ? 0 : checked("offset", offset, 0, MAX_OFFSET);
    }

    /** The number that a text is, or null if there is none. */
    static @Nullable Integer number(String name, @Nullable String value, int least, int most) {
        if (value == null || value.isEmpty()) return null;
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException e) {
            throw outside(name, value, least, most);
        }
    }

    private static int checked(String name, int value, int least, int most) {
        if (value >= least && value <= most) return value;
        throw outside(name, value, least, most);
    }

    private static InvalidEndpointRequestException outside(
            String name, Object value, int least, int most) {
        String text = "'%s' must be between %d and %d: %s".formatted(name, least, most, value);
        return new InvalidEndpointRequestException(text, text);
    }
}
