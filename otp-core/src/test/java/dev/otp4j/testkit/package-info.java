/** What tests of every module share; published as the test-jar of otp-core. */
@NullMarked
package dev.otp4j.testkit;

import org.jspecify.annotations.NullMarked;
