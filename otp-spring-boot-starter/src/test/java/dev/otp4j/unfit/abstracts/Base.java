/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.unfit.abstracts;

import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.unfit.Idle;

/** Annotated, and abstract. */
@SupervisedActor
public abstract class Base extends Idle {}
