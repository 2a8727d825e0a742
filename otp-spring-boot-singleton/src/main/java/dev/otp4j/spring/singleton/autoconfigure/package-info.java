/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Auto-configuration of leases: the keeper, its store in the application's database, health, meters
 * and endpoint.
 *
 * <p>Belongs here: beans and conditions. May use: {@code dev.otp4j.lease}, the starter's public
 * types, Boot. Secret: how an annotated bean becomes a singleton.
 */
@NullMarked
package dev.otp4j.spring.singleton.autoconfigure;

import org.jspecify.annotations.NullMarked;
