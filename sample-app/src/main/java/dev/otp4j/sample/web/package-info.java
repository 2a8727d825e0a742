/**
 * The HTTP interface.
 *
 * <p>Belongs here: controllers, checks of requests, problem details.
 *
 * <p>May use: {@code ledger}, {@code courier}.
 *
 * <p>Secret: status codes and JSON.
 */
@NullMarked
package dev.otp4j.sample.web;

import org.jspecify.annotations.NullMarked;
