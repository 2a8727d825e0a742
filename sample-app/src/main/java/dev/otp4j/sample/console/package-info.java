/**
 * The page at {@code /}, for people.
 *
 * <p>Belongs here: what the page shows, read once for all pages that are open; the headers of its
 * files, which are in {@code static}.
 *
 * <p>May use: {@code ledger}.
 *
 * <p>Secret: what the page asks for.
 */
@NullMarked
package dev.otp4j.sample.console;

import org.jspecify.annotations.NullMarked;
