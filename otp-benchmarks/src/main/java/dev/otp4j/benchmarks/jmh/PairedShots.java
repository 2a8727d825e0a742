/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Shots of one workload on two engines that live in the same JVM and take turns. The JVM compiles a
 * piece of code for both of them, so what differs between two JVMs does not count.
 *
 * <p>JMH has no such mode. This class calls the methods of a benchmark as JMH does in single-shot
 * mode.
 */
public final class PairedShots {
    private final EngineState state;
    private final Method shot;

    private PairedShots(String workload, String engine, Map<String, String> parameters)
            throws ReflectiveOperationException {
        String[] parts = workload.split("\\.");
        Class<?> type = Class.forName(PairedShots.class.getPackageName() + "." + parts[0]);
        state = (EngineState) type.getConstructor().newInstance();
        state.engine = engine;
        for (var parameter : parameters.entrySet()) {
            type.getField(parameter.getKey()).setInt(state, Integer.parseInt(parameter.getValue()));
        }
        shot = type.getMethod(parts[1]);
    }

    /**
     * Makes the shots.
     *
     * @param workload class and method of the benchmark
     * @param engines both engines
     * @param parameters the parameters of the benchmark, all of them numbers
     * @param warmups unmeasured shots of each engine
     * @param iterations measured shots of each engine
     * @return the times of the shots in nanoseconds, of the first and of the second engine
     */
    public static long[][] run(
            String workload,
            List<String> engines,
            Map<String, String> parameters,
            int warmups,
            int iterations)
            throws ReflectiveOperationException {
        var first = new PairedShots(workload, engines.getFirst(), parameters);
        var second = new PairedShots(workload, engines.getLast(), parameters);
        first.state.startEngine();
        second.state.startEngine();
        long[][] nanos = new long[2][iterations];
        for (int i = -warmups; i < iterations; i++) {
            boolean turned = (i & 1) != 0;
            long one = (turned ? second : first).time();
            long other = (turned ? first : second).time();
            if (i < 0) continue;
            nanos[0][i] = turned ? other : one;
            nanos[1][i] = turned ? one : other;
        }
        return nanos;
    }

    private long time() throws ReflectiveOperationException {
        around(Setup.class);
        long began = System.nanoTime();
        call(shot);
        long took = System.nanoTime() - began;
        around(TearDown.class);
        return took;
    }

    private void around(Class<? extends Annotation> kind) throws ReflectiveOperationException {
        for (Method method : state.getClass().getMethods()) {
            if (isPerShot(method.getAnnotation(kind))) call(method);
        }
    }

    private static boolean isPerShot(Annotation annotation) {
        return annotation instanceof Setup setup && setup.value() == Level.Invocation
                || annotation instanceof TearDown down && down.value() == Level.Invocation;
    }

    private void call(Method method) throws ReflectiveOperationException {
        try {
            method.invoke(state);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("%s failed on %s".formatted(shot, state.engine), e);
        }
    }

    /** Runs in a JVM of its own: workload, engines, warm-ups, iterations, name=value... */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        var parameters = new TreeMap<String, String>();
        Arrays.stream(arguments)
                .skip(5)
                .map(argument -> argument.split("=", 2))
                .forEach(pair -> parameters.put(pair[0], pair[1]));
        long[][] nanos =
                run(
                        arguments[0],
                        List.of(arguments[1], arguments[2]),
                        parameters,
                        Integer.parseInt(arguments[3]),
                        Integer.parseInt(arguments[4]));
        for (int i = 0; i < nanos[0].length; i++) {
            System.out.println("pair " + nanos[0][i] + " " + nanos[1][i]);
        }
        System.exit(0); // the engines are not stopped
    }
}
