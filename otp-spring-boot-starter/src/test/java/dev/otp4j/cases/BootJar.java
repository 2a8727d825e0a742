/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.springframework.boot.loader.launch.JarLauncher;

/** Packs an application for {@code java -jar}, as Boot's build plugins do. */
final class BootJar {
    private static final String CLASSES = "BOOT-INF/classes/";
    private static final String LIBRARIES = "BOOT-INF/lib/";

    /** Libraries that the packaged application does not need: those of tests and of web servers. */
    private static final List<String> LEFT_OUT =
            List.of(
                    "junit",
                    "mockito",
                    "assertj",
                    "archunit",
                    "byte-buddy",
                    "surefire",
                    "netty",
                    "tomcat",
                    "reactor",
                    "spring-web",
                    "spring-boot-loader",
                    "spring-test",
                    "spring-boot-test",
                    "opentest4j",
                    "spring-boot-webmvc",
                    "spring-boot-webflux");

    private final JarOutputStream jar;
    private final Set<String> names = new HashSet<>();

    private BootJar(JarOutputStream jar) {
        this.jar = jar;
    }

    /** Packs the class path; of the test classes only the package of the application. */
    static Path pack(Path file, Class<?> application) throws Exception {
        Path tests = location(application);
        try (var out = new JarOutputStream(Files.newOutputStream(file), manifest(application))) {
            var jar = new BootJar(out);
            jar.addLoader();
            for (String folder : List.of("BOOT-INF/", CLASSES, LIBRARIES)) {
                jar.add(folder, new byte[0]);
            }
            String own = application.getPackageName().replace('.', '/');
            jar.addTree(tests.resolve(own), CLASSES + own + "/");
            jar.addText(CLASSES + "probe.txt", "here");
            jar.addText(
                    CLASSES + "META-INF/services/java.sql.Driver",
                    application.getPackageName() + ".NoDriver");
            for (String entry : ChildJvm.classPath().split(File.pathSeparator)) {
                Path path = Path.of(entry);
                if (!path.equals(tests) && !isLeftOut(path)) jar.addLibrary(path);
            }
        }
        return file;
    }

    private static Manifest manifest(Class<?> application) {
        var manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, JarLauncher.class.getName());
        attributes.putValue("Start-Class", application.getName());
        attributes.putValue("Spring-Boot-Classes", CLASSES);
        attributes.putValue("Spring-Boot-Lib", LIBRARIES);
        return manifest;
    }

    private static Path location(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static boolean isLeftOut(Path path) {
        String name = path.getFileName().toString();
        return LEFT_OUT.stream().anyMatch(name::contains) || !Files.exists(path);
    }

    private void addLoader() throws Exception {
        try (var loader = new JarFile(location(JarLauncher.class).toFile())) {
            for (var entry :
                    (Iterable<ZipEntry>) loader.stream().map(ZipEntry.class::cast)::iterator) {
                if (!entry.getName().endsWith(".class")) continue;
                try (var in = loader.getInputStream(entry)) {
                    add(entry.getName(), in.readAllBytes());
                }
            }
        }
    }

    private void addLibrary(Path path) throws IOException {
        String name = path.getFileName().toString();
        if (!Files.isDirectory(path)) {
            addStored(LIBRARIES + name, Files.readAllBytes(path));
            return;
        }
        // the classes of another module of this build, in target/classes
        Path packed = Files.createTempFile("module-", ".jar");
        try (var out = new JarOutputStream(Files.newOutputStream(packed))) {
            new BootJar(out).addTree(path, "");
        }
        String module = path.getParent().getParent().getFileName() + "-" + name;
        addStored(LIBRARIES + module + ".jar", Files.readAllBytes(packed));
        Files.delete(packed);
    }

    private void addTree(Path folder, String prefix) throws IOException {
        try (var files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .forEach(
                            file -> {
                                String name = folder.relativize(file).toString().replace('\\', '/');
                                try {
                                    add(prefix + name, Files.readAllBytes(file));
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
        }
    }

    private void addText(String name, String text) throws IOException {
        add(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void add(String name, byte[] content) throws IOException {
        put(new ZipEntry(name), content);
    }

    /** The loader reads nested jars where they are: they must not be compressed. */
    private void addStored(String name, byte[] content) throws IOException {
        var entry = new ZipEntry(name);
        var crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        put(entry, content);
    }

    private void put(ZipEntry entry, byte[] content) throws IOException {
        if (!names.add(entry.getName())) return;
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }
}
