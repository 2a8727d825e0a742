/** Auto-configuration of the OTP system. */
@NullMarked
package dev.otp4j.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
