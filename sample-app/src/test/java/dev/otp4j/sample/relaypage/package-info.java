/** The relay's own page, in a real browser. */
package dev.otp4j.sample.relaypage;
