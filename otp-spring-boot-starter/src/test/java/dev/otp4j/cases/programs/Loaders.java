/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.programs;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Loads the engine five times, each time in a separate class loader that should be collected
 * afterwards.
 */
public final class Loaders {
    private static final int LOADERS = 5;
    private static final int COLLECTIONS = 30;

    private Loaders() {}

    /** Runs it with the class path in the first argument. */
    public static void main(String[] arguments) throws Exception {
        var loaders = new ArrayList<WeakReference<ClassLoader>>();
        for (int i = 0; i < LOADERS; i++) loaders.add(useOnce(arguments[0]));
        long kept = LOADERS;
        for (int i = 0; i < COLLECTIONS && kept > 0; i++) {
            System.gc();
            LockSupport.parkNanos(50_000_000);
            kept = loaders.stream().filter(loader -> loader.get() != null).count();
        }
        Values.print("kept", "" + kept + " of " + LOADERS);
        Runtime.getRuntime().halt(0);
    }

    private static WeakReference<ClassLoader> useOnce(String classPath) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        try (var loader =
                new URLClassLoader(
                        urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader); // containers do this too
            Class<?> program = loader.loadClass(Loaded.class.getName());
            ((Runnable) program.getConstructor().newInstance()).run();
            return new WeakReference<>(loader);
        } finally {
            Thread.currentThread().setContextClassLoader(Loaders.class.getClassLoader());
        }
    }
}
