/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases.abstractactor;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application whose component scan finds an abstract actor class. */
@SpringBootApplication
public class AbstractActorApplication {}
