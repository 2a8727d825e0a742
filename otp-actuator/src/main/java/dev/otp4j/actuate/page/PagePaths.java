/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.ExposableEndpoint;
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
     * @param others the other exposed endpoints whose id begins with {@code otp}: their ids and
     *     links, as {@code id=link}
     */
    record Links(String files, String otp, List<String> others) {}

    /** {@return whether that path is the page's or one of its files'} Without the context path. */
    boolean covers(String path) {
        String page = page();
        return path.equals(page) || path.startsWith(page + "/");
    }

    /** For the page at {@code /actuator/otpui}. */
    Links ofPage() {
        String page = page();
        String last = page.substring(page.lastIndexOf('/') + 1);
        return links(last + "/", page);
    }

    /** For the page at {@code /actuator/otpui/}. */
    Links ofPageWithSlash() {
        return links("./", page() + "/");
    }

    private Links links(String files, String page) {
        return new Links(files, relative(page, path(OTP, "/actuator/otp")), others(page));
    }

    /** The page shows what other modules of this library say, if it is exposed. */
    private List<String> others(String page) {
        return endpoints.get().stream()
                .filter(ExposableEndpoint.class::isInstance)
                .map(endpoint -> ((ExposableEndpoint<?>) endpoint).getEndpointId())
                .filter(PagePaths::isOther)
                .map(id -> id + "=" + relative(page, path(id, "/actuator/" + id)))
                .sorted()
                .toList();
    }

    private static boolean isOther(EndpointId id) {
        return id.toString().startsWith("otp") && !id.equals(PAGE) && !id.equals(OTP);
    }

    private String page() {
        return path(PAGE, "/actuator/otpui");
    }

    /** From the folder in which the page is to the endpoint: up to the root, and down again. */
    private static String relative(String page, String endpoint) {
        String[] from = page.split("/", -1);
        String[] to = endpoint.split("/", -1);
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
