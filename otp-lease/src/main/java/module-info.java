/* SPDX-License-Identifier: Apache-2.0 */
import org.jspecify.annotations.NullMarked;

/** Parts of a supervision tree that run on one instance of an application at a time. */
@NullMarked
module dev.otp4j.lease {
    requires static transitive org.jspecify;
    requires transitive dev.otp4j.core;
    requires transitive java.sql;

    exports dev.otp4j.lease;
}
