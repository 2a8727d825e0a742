/**
 * Who may use the HTTP interface: API keys with roles, if they are switched on.
 *
 * <p>Belongs here: the keys, the roles, the refusals with 401 and 403.
 *
 * <p>May use: nothing else of the application.
 *
 * <p>Secret: how a key is checked. Only its hash is known.
 */
@NullMarked
package dev.otp4j.sample.security;

import org.jspecify.annotations.NullMarked;
