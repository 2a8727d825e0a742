/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.spring.modulith.Databases;

class PostgresPublicationsTests extends PublicationsContract {
    @Override
    String database() {
        return Databases.postgres();
    }

    @Override
    String platform() {
        return "postgresql";
    }
}
