/* SPDX-License-Identifier: Apache-2.0 */
/**
 * An application that starts and ends within a second, for what the sample is too large for.
 * Outside of the sample's package, so that the sample does not find its actors.
 */
package com.example.small;
