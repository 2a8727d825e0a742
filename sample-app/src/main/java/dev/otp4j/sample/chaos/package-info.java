/**
 * Breaks things on demand, in the profile {@code chaos} only.
 *
 * <p>Belongs here: the endpoint that kills a process.
 *
 * <p>May use: nothing else of the application.
 *
 * <p>Secret: none.
 */
@NullMarked
package dev.otp4j.sample.chaos;

import org.jspecify.annotations.NullMarked;
