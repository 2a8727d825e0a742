/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Shows the Erlang/OTP supervision tree: {@code GET /actuator/otp} shows the whole tree, {@code GET
 * /actuator/otp/shop/stock} one node and the nodes below it.
 *
 * <p>Reads data that the engine publishes and sends no message to any process, so it does not block
 * and answers while actors and supervisors are stuck. Shows no messages, no states of actors and no
 * texts of exceptions.
 *
 * @since 0.1.0
 */
@Endpoint(id = "otp", defaultAccess = Access.READ_ONLY)
public final class OtpEndpoint {
    static final int DEFAULT_DEPTH = 10;
    static final int MAX_DEPTH = 100;
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1_000;

    private final OtpSystem system;

    /** Creates an endpoint that shows {@code system}. */
    public OtpEndpoint(OtpSystem system) {
        this.system = system;
    }

    /**
     * {@return the system and its tree}
     *
     * @param depth how many levels below the root are shown, 0 to 100; defaults to 10
     * @param limit how many children of each supervisor are shown, 1 to 1000; defaults to 100
     * @throws InvalidEndpointRequestException if {@code depth} or {@code limit} is out of range
     */
    @ReadOperation
    public SystemDescriptor tree(@Nullable Integer depth, @Nullable Integer limit) {
        int levels = depth(depth);
        int children = limit(limit);
        return SystemDescriptor.of(system, system.tree(levels, children));
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
        Optional<TreeNode> found =
                system.find("/" + String.join("/", path), depth(depth), limit(limit));
        return found.map(NodeDescriptor::of).orElse(null);
    }

    private static int depth(@Nullable Integer depth) {
        return depth == null ? DEFAULT_DEPTH : checked("depth", depth, 0, MAX_DEPTH);
    }

    private static int limit(@Nullable Integer limit) {
        return limit == null ? DEFAULT_LIMIT : checked("limit", limit, 1, MAX_LIMIT);
    }

    private static int checked(String name, int value, int least, int most) {
        if (value >= least && value <= most) return value;
        String text = "'%s' must be between %d and %d: %d".formatted(name, least, most, value);
        throw new InvalidEndpointRequestException(text, text);
    }
}
