/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.unfit.inner;

import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.unfit.Idle;

/** Has an inner actor class, which cannot be created without an instance of this class. */
@SuppressWarnings("ClassCanBeStatic") // that is the point
public class Around {
    /** Annotated, and inner. */
    @SupervisedActor
    public class Inside extends Idle {}
}
