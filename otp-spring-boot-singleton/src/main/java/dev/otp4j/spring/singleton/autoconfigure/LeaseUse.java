/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

/** Is told which leases singletons of this application use. */
interface LeaseUse {
    /** A singleton uses that lease. Told at each start of the tree. */
    void add(String lease);
}
