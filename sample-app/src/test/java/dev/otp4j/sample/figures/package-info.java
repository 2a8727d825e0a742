/** Measures the packaged relay. */
@org.jspecify.annotations.NullMarked
package dev.otp4j.sample.figures;
