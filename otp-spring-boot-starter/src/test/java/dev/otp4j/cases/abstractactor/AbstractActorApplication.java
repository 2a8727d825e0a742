/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.abstractactor;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Finds an actor class that is abstract. */
@SpringBootApplication
public class AbstractActorApplication {}
