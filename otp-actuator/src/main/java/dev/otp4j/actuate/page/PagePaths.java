/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;

/**
 * Where the page and the endpoint {@code otp} are. All links of the page are relative to its own
 * address, so that they are right behind a context path and behind a proxy that changes the
 * beginning of paths.
 *
 * @since 0.1.0
 */
public final class PagePaths {
    private static final EndpointId PAGE = EndpointId.of("otpui");
    private static final EndpointId OTP = EndpointId.of("otp");

    private final Supplier<PathMappedEndpoints> endpoints;

    /**
     * Creates paths that are those of the exposed endpoints.
     *
     * @param endpoints asked at each request, because the endpoints are found late
     */
    public PagePaths(Supplier<PathMappedEndpoints> endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * Links of the page.
     *
     * @param files what stands before the name of a file
     * @param otp the endpoint {@code otp}
     */
    record Links(String files, String otp) {}

    /** {@return whether that path is the page's or one of its files'} Without the context path. */
    boolean covers(String path) {
        String page = page();
        return path.equals(page) || path.startsWith(page + "/");
    }

    /** For the page at {@code /actuator/otpui}. */
    Links ofPage() {
        String page = page();
        String last = page.substring(page.lastIndexOf('/') + 1);
        return new Links(last + "/", relative(page));
    }

    /** For the page at {@code /actuator/otpui/}. */
    Links ofPageWithSlash() {
        return new Links("./", relative(page() + "/"));
    }

    private String page() {
        return path(PAGE, "/actuator/otpui");
    }

    /** From the folder in which the page is to the endpoint: up to the root, and down again. */
    private String relative(String page) {
        String[] from = page.split("/", -1);
        String[] to = path(OTP, "/actuator/otp").split("/", -1);
        int same = 0;
        int folders = from.length - 1;
        while (same < folders && same < to.length - 1 && from[same].equals(to[same])) same++;
        String down = String.join("/", java.util.Arrays.copyOfRange(to, same, to.length));
        return "../".repeat(folders - same) + down;
    }

    private String path(EndpointId endpoint, String otherwise) {
        @Nullable String path = endpoints.get().getPath(endpoint);
        return path == null ? otherwise : path;
    }
}
