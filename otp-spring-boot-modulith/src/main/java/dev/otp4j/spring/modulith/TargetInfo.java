/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import org.jspecify.annotations.Nullable;

/**
 * What this instance knows of a target. The numbers of events count from the start of the
 * application.
 *
 * @param name the target
 * @param type name of the class of its events
 * @param waiting events that wait here for their turn or for a reply
 * @param handled events that the target has handled here
 * @param failed attempts that failed here: the actor crashed, failed the call or was late
 * @param resubmitted publications that this instance has taken from the database to try again
 * @param leftToLater events that were not sent, because more than is kept in memory were waiting,
 *     or for too long; they are sent when they are stale
 * @param givenUp publications in the database that were given up after their last attempt, or -1
 *     while that is not known
 * @param lastFailure class of the last failure here, or null
 * @since 0.1.0
 */
public record TargetInfo(
        String name,
        String type,
        int waiting,
        long handled,
        long failed,
        long resubmitted,
        long leftToLater,
        long givenUp,
        @Nullable String lastFailure) {}
