/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Systems: one runtime and one supervision tree each, to be started, looked at and stopped from
 * outside. Counterpart: an OTP application.
 *
 * {@snippet :
 * try (OtpSystem shop = OtpSystem.builder("shop").root(() -> StaticSupervisor.oneForOne()).build()) {
 *     shop.start();
 * }
 * }
 *
 * <p>Belongs here: the life of a tree as a whole ({@code OtpSystem}, {@code Lifecycle}, {@code
 * TreeStart}), which systems need each other, what is told of its end, and reading a tree ({@code
 * TreeNode}, {@code TreeVisit}, {@code ProcessDefinition}). Restarts do not: they are the
 * supervisors' own. May use: {@code supervisor}, {@code actor}, {@code process}, and of the
 * internal packages {@code boot}, {@code path}, {@code threads}, {@code user}, {@code log}.
 * Supervisors are read through {@code SupervisorInfo} only. Secret: how starts, stops and ends of
 * one tree exclude each other.
 */
@NullMarked
package dev.otp4j.application;

import org.jspecify.annotations.NullMarked;
