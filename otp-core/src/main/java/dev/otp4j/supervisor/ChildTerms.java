/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/** What holds for a child for good; all children of a factory share theirs. */
record ChildTerms(ChildType type, Restart restart, Shutdown shutdown, boolean significant) {}
