/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.spring.modulith.Databases;

class H2PublicationsTests extends PublicationsContract {
    @Override
    String database() {
        return Databases.h2();
    }

    @Override
    String platform() {
        return "h2";
    }
}
