/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

/**
 * A request that came in.
 *
 * @param id its {@code webhook-id}, or an empty text
 * @param timestamp its {@code webhook-timestamp}, or an empty text
 * @param signatures its {@code webhook-signature}, or an empty text
 */
record Delivered(String id, String timestamp, String signatures, byte[] body) {
    @Override
    public String toString() {
        return "Delivered[" + id + ", " + body.length + " bytes]";
    }
}
