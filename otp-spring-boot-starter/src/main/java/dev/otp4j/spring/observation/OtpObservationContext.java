/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.process.MessageContext;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call, or of the handling of a message, while it is observed. A convention
 * makes names and key values of it.
 *
 * @since 0.1.0
 */
public final class OtpObservationContext extends Observation.Context {
    private final OtpObservation observation;
    private final MessageContext.Kind kind;
    private final @Nullable Pid receiver;
    private final @Nullable String actor;
    private final Class<?> messageType;
    private @Nullable String outcome;

    /** The span to which this one belongs, an object of the tracing library; or null. */
    @Nullable Object senderSpan;

    /** Whether it is linked to that span, and not its child. */
    boolean linked;

    /** How many calls and handlers it is nested in. */
    int depth;

    OtpObservationContext(
            OtpObservation observation,
            MessageContext.Kind kind,
            @Nullable Pid receiver,
            Class<?> messageType) {
        this.observation = observation;
        this.kind = kind;
        this.receiver = receiver;
        this.messageType = messageType;
        this.actor = receiver == null ? null : definition(receiver); // known while it lives
    }

    private static @Nullable String definition(Pid receiver) {
        return ProcessDefinition.of(receiver).map(ProcessDefinition::name).orElse(null);
    }

    /**
     * How deep an observation that starts in the given one is nested in calls and handlers. Others
     * between them do not count.
     */
    static int depthIn(@Nullable Observation sender) {
        ObservationView around = sender;
        while (around != null) {
            Observation.ContextView context = around.getContextView();
            if (context instanceof OtpObservationContext own) return own.depth + 1;
            around = context.getParentObservation();
        }
        return 0;
    }

    /** {@return what is observed} */
    public OtpObservation observation() {
        return observation;
    }

    /** {@return how the message was sent} */
    public MessageContext.Kind kind() {
        return kind;
    }

    /** {@return the process that gets the message} Empty if a name had no process at the call. */
    public Optional<Pid> receiver() {
        return Optional.ofNullable(receiver);
    }

    /**
     * {@return the name of the receiving actor in the code} For a child of a factory it is the name
     * of the factory. Empty if the receiver has no supervisor or is not known.
     */
    public Optional<String> actor() {
        return Optional.ofNullable(actor);
    }

    /** {@return the path of the receiving process in its tree, if it has one} */
    public Optional<String> path() {
        return receiver().flatMap(ProcessInfo::pathOf);
    }

    /** {@return the class of the message} */
    public Class<?> messageType() {
        return messageType;
    }

    /** {@return what came of it} Empty until the observation stops. */
    public Optional<String> outcome() {
        return Optional.ofNullable(outcome);
    }

    void outcome(String found) {
        outcome = found;
    }
}
