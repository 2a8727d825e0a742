/** Auto-configuration of the endpoint, the health indicator and the meters. */
@NullMarked
package dev.otp4j.actuate.autoconfigure;

import org.jspecify.annotations.NullMarked;
