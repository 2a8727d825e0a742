/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The files of {@code dashboards/} against a real Prometheus, which scrapes the sample while actors
 * of {@code com.example.depot} fail.
 */
package dev.otp4j.sample.prometheus;
