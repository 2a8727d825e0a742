/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Actors that do what they are sent, put into the sample's tree by {@code PrometheusTests}, which
 * has them fail in each way that an alert is for. Outside of the sample's package, so that no other
 * test finds them.
 */
package com.example.depot;
