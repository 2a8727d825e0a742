/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.endpoint.NodeDescriptor;
import dev.otp4j.actuate.endpoint.OperationDescriptor;
import dev.otp4j.actuate.endpoint.ProblemDescriptor;
import dev.otp4j.actuate.endpoint.ProcessDescriptor;
import dev.otp4j.actuate.endpoint.RuntimeDescriptor;
import dev.otp4j.actuate.endpoint.SystemDescriptor;
import dev.otp4j.actuate.endpoint.Views;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Registers the answers of the endpoint for serialization. Spring finds no types of answers by
 * itself: the operations of the endpoint declare an interface or {@code Object}.
 */
final class OtpEndpointHints implements RuntimeHintsRegistrar {
    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        var binding = new BindingReflectionHintsRegistrar();
        binding.registerReflectionHints(
                hints.reflection(),
                NodeDescriptor.class,
                OperationDescriptor.class,
                ProblemDescriptor.class,
                ProcessDescriptor.class,
                RuntimeDescriptor.class,
                SystemDescriptor.class);
        binding.registerReflectionHints(hints.reflection(), Views.class.getDeclaredClasses());
    }
}
