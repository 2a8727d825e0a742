/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Makes the file of the database before H2 does, so that only its owner can read it: there are
 * secrets in it. A file that is there is closed to others. A folder that the relay makes is closed
 * to others too; one that is there keeps its permissions.
 */
@Component
class OwnerOnly implements BeanPostProcessor, EnvironmentAware {
    private static final Set<PosixFilePermission> FOLDER =
            PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE =
            PosixFilePermissions.fromString("rw-------");

    private Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof HikariDataSource database && isFile(database.getJdbcUrl())) {
            prepare(Path.of(environment.getRequiredProperty("relay.data-dir")));
        }
        return bean;
    }

    private static boolean isFile(String url) {
        return url != null
                && url.startsWith("jdbc:h2:retry:")
                && FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    static void prepare(Path folder) {
        Path file = folder.resolve("relay.mv.db");
        try {
            Files.createDirectories(folder, attribute(FOLDER));
            if (Files.exists(file)) Files.setPosixFilePermissions(file, FILE);
            else Files.createFile(file, attribute(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create or protect the database file " + file, e);
        }
    }

    private static FileAttribute<?> attribute(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }
}
