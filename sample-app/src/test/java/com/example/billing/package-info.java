/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Actors in which something goes wrong, put into the sample's tree by {@code OperationsGuideTests}
 * to be found by an operator. Outside of the sample's package, so that no other test finds them.
 */
package com.example.billing;
