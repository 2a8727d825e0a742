/* SPDX-License-Identifier: Apache-2.0 */
import org.jspecify.annotations.NullMarked;

/** Typed, fault-tolerant Erlang/OTP processes, actors and supervisors on virtual threads. */
@NullMarked
module dev.otp4j.core {
    requires static transitive org.jspecify;
    requires static jdk.jfr; // for dev.otp4j.jfr alone; a JVM may lack it

    uses System.LoggerFinder;

    exports dev.otp4j.process;
    exports dev.otp4j.sys;
    exports dev.otp4j.actor;
    exports dev.otp4j.supervisor;
    exports dev.otp4j.application;
    exports dev.otp4j.observer;
    exports dev.otp4j.jfr;
}
