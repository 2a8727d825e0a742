/** Compares the description of the HTTP interface with what the relay does. */
package dev.otp4j.sample.openapi;
