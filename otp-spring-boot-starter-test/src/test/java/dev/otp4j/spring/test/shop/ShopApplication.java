/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.shop;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application of which slices are tested. */
@SpringBootApplication
public class ShopApplication {}
