/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The live page of a tree, as an actuator endpoint.
 *
 * <p>Belongs here: what sends the page's files and the headers that protect it. May use: Boot's
 * actuator, Spring's web support, Jakarta Servlet. Secret: where the files are, and how the page
 * finds the data from whatever address it is served at.
 *
 * <p>The page itself is in {@code src/main/resources}, in the folder of this package: plain HTML,
 * CSS and JavaScript modules. It reads the endpoint {@code otp}, and is not read by any Java code.
 */
@NullMarked
package dev.otp4j.actuate.page;

import org.jspecify.annotations.NullMarked;
