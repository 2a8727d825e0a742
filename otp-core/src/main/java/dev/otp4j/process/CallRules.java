/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * What is asked of a process that is called and calls, beyond what OTP does.
 *
 * @param dropsExpired whether it drops requests whose call is over
 * @param failsCircles whether its calls fail early in a circle of calls
 */
record CallRules(boolean dropsExpired, boolean failsCircles) {
    static final CallRules NONE = new CallRules(false, false);

    boolean isEmpty() {
        return !dropsExpired && !failsCircles;
    }
}
