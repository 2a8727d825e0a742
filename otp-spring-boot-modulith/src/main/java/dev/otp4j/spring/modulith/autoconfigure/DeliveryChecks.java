/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.spring.modulith.DurableTarget;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.env.Environment;

/** Refuses at the start what cannot work. */
final class DeliveryChecks {
    private static final Log LOG = LogFactory.getLog(DeliveryChecks.class);
    private static final String PREFIX = "otp.durable-delivery.";
    private static final String MODULITH = "spring.modulith.events.";

    private DeliveryChecks() {}

    static void check(
            List<DurableTarget<?>> targets,
            DurableDeliveryProperties settings,
            Environment environment) {
        checkSettings(settings);
        checkModulith(environment);
        var names = new HashSet<String>();
        for (DurableTarget<?> target : targets) {
            if (!names.add(target.name())) {
                throw new TreeDeclarationException(
                        "Two durable targets have the name '%s'.".formatted(target.name()),
                        "Give each DurableTarget a name of its own: it identifies the target in the stored publications.");
            }
            checkTimeout(target, settings);
        }
    }

    private static void checkTimeout(DurableTarget<?> target, DurableDeliveryProperties settings) {
        Duration timeout = target.timeout().orElse(settings.timeout());
        if (timeout.compareTo(settings.staleness()) < 0) return;
        throw new TreeDeclarationException(
                "The durable target '%s' may take %s for an event, but %sstaleness is %s: an event would be tried again while it is handled."
                        .formatted(target.name(), timeout, PREFIX, settings.staleness()),
                "Set %sstaleness to more than the time-out of each target, or give the target a shorter one."
                        .formatted(PREFIX));
    }

    private static void checkSettings(DurableDeliveryProperties settings) {
        positive("timeout", settings.timeout());
        positive("staleness", settings.staleness());
        positive("delay", settings.delay());
        positive("poll-interval", settings.pollInterval());
        between("max-attempts", settings.maxAttempts(), 1, 100);
        between("queue-capacity", settings.queueCapacity(), 1, Integer.MAX_VALUE);
        if (settings.maxDelay().compareTo(settings.delay()) < 0) {
            throw new TreeDeclarationException(
                    "The property %smax-delay must not be shorter than %sdelay (%s): %s."
                            .formatted(PREFIX, PREFIX, settings.delay(), settings.maxDelay()),
                    "Set %smax-delay to at least %s.".formatted(PREFIX, settings.delay()));
        }
    }

    private static void positive(String property, Duration value) {
        if (value.isPositive()) return;
        throw new TreeDeclarationException(
                "The property %s%s must be positive: %s.".formatted(PREFIX, property, value),
                "Set %s%s to a duration such as 30s.".formatted(PREFIX, property));
    }

    private static void between(String property, int value, int least, int most) {
        if (value >= least && value <= most) return;
        throw new TreeDeclarationException(
                "The property %s%s must be from %d to %d: %d."
                        .formatted(PREFIX, property, least, most, value),
                "Set %s%s to a number of that range.".formatted(PREFIX, property));
    }

    private static void checkModulith(Environment environment) {
        if (environment.getProperty(MODULITH + "jdbc.use-legacy-structure", Boolean.class, false)) {
            throw new TreeDeclarationException(
                    "Durable delivery needs the columns STATUS and COMPLETION_ATTEMPTS of the table of publications, but %sjdbc.use-legacy-structure is true."
                            .formatted(MODULITH),
                    "Migrate the table to the structure of Spring Modulith 2, and remove the property.");
        }
        String annotation = environment.getProperty(MODULITH + "registry-trigger-annotation", "");
        if (!annotation.isBlank()) {
            throw new TreeDeclarationException(
                    "'%sregistry-trigger-annotation' is set to %s, so Spring Modulith stores no publication for durable targets: they are not annotated methods."
                            .formatted(MODULITH, annotation),
                    "Remove the property %sregistry-trigger-annotation.".formatted(MODULITH));
        }
        warn(environment);
    }

    private static void warn(Environment environment) {
        String republish = MODULITH + "republish-outstanding-events-on-restart";
        if (environment.getProperty(republish, Boolean.class, false)) {
            LOG.warn(
                    "'%s' is true: each instance that starts sends events again that other instances are handling. Set it to false: durable targets send lost events again themselves."
                            .formatted(republish));
        }
        for (String status : List.of("published", "processing", "resubmitted")) {
            String property = MODULITH + "staleness." + status;
            String value = environment.getProperty(property);
            if (value != null) {
                LOG.warn(
                        "'%s' is set to %s: Spring Modulith measures from the publication of an event, so it may mark an event as failed while a durable target handles it. Remove the property; durable targets use 'otp.durable-delivery.staleness'."
                                .formatted(property, value));
            }
        }
    }
}
