/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handler that has been busy with one message for longer than {@link
 * ProcessRuntime.Builder#stuckAfter} allows. It may compute, wait for a database or a reply, or
 * wait for a lock: its stack says where it is.
 *
 * {@snippet :
 * for (StuckHandler stuck : runtime.stuckHandlers()) {
 *     log.warn("{} is busy with {} for {}", stuck.pid(), stuck.messageType(), stuck.age());
 * }
 * }
 *
 * <p>Components may be added: do not rely on the constructor.
 *
 * @param pid the process
 * @param messageType name of the class of the message that it handles
 * @param age how long it has been handling it, at least, when this was made
 * @param thread name of its thread
 * @param stack where its thread was when it was found to be stuck; empty for now if more stuck
 *     handlers than {@value #STACKS_PER_LOOK} were found in the same second
 * @param awaits the process whose reply it waited for then, or null
 * @since 0.1.0
 */
public record StuckHandler(
        Pid pid,
        String messageType,
        Duration age,
        String thread,
        List<StackTraceElement> stack,
        @Nullable Pid awaits) {
    /** Of so many stuck handlers that are found in the same second the stacks are read. */
    public static final int STACKS_PER_LOOK = 50;

    /** How long a handler may be busy with one message unless said otherwise: 5 s. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(5);

    private static final int FRAMES = 5;

    /** Copies the stack. */
    public StuckHandler {
        stack = List.copyOf(stack);
    }

    /**
     * {@return the first frames of the stack that belong neither to the JDK nor to this library, 5
     * at most} These are the lines of the application that the handler has reached.
     */
    public List<StackTraceElement> applicationFrames() {
        return stack.stream().filter(ApplicationFrames::contains).limit(FRAMES).toList();
    }

    StuckHandler after(Duration newAge) {
        return new StuckHandler(pid, messageType, newAge, thread, stack, awaits);
    }

    /** The log line. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        text.append(pid).append(" has been handling a ").append(messageType);
        text.append(" for ").append(Duration.ofMillis(age.toMillis()));
        if (awaits != null) text.append(" and waits for a reply of ").append(awaits);
        for (StackTraceElement frame : applicationFrames()) text.append("\n\tat ").append(frame);
        return text.toString();
    }
}
