/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.unfit.fit;

import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.unfit.Idle;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Annotated with a composed annotation, which is not an actor itself. */
@Clerk.Desk
public class Clerk extends Idle {
    /** A composed annotation. */
    @SupervisedActor
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    public @interface Desk {}

    /** A static nested class, which can be an actor. */
    @SupervisedActor
    public static class Nested extends Idle {}
}
