/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

class H2DeliveryTests extends DeliveryContract {
    @Override
    String database() {
        return Databases.h2();
    }
}
