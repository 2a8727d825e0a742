/** Supervised actors as Spring beans. */
@NullMarked
package dev.otp4j.spring;

import org.jspecify.annotations.NullMarked;
