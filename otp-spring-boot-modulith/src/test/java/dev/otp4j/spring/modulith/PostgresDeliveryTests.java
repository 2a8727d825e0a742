/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

class PostgresDeliveryTests extends DeliveryContract {
    @Override
    String database() {
        return Databases.postgres();
    }
}
