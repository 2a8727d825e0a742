/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the body of each test as a process in a fresh runtime, which everything it starts inherits.
 * It can receive, link, monitor and trap exits. When it is over, what is still linked to it is
 * killed; whatever hung on that and lives on is a leak and fails the test.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@ExtendWith(OtpExtension.class)
public @interface OtpTest {
    /** A test class that prepares something in the process of each test, before its body. */
    interface Setup {
        /** Runs in the test's process. */
        void begin();
    }
}
