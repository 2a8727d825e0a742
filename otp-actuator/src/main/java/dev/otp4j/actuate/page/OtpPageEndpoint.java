/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.util.MimeType;

/**
 * A page that shows an Erlang/OTP system while it runs: {@code GET /actuator/otpui} in a browser.
 *
 * <p>Sends files only. The page reads the endpoint {@code otp}, which must be exposed as well, and
 * can do no more than its access allows. {@link PageHeaders} must be part of each answer.
 *
 * @since 0.1.0
 */
@WebEndpoint(id = "otpui", defaultAccess = Access.READ_ONLY)
public class OtpPageEndpoint {
    private static final MimeType HTML = MimeType.valueOf("text/html;charset=UTF-8");

    private final PageFiles files = new PageFiles();
    private final PagePaths paths;

    /** Creates an endpoint whose page finds its files and the data at these paths. */
    public OtpPageEndpoint(PagePaths paths) {
        this.paths = paths;
    }

    /** {@return the page, for an address without a slash at the end} */
    @ReadOperation(produces = "text/html")
    public WebEndpointResponse<Resource> page() {
        return page(paths.ofPage());
    }

    /**
     * {@return a file of the page; the page itself for an address with a slash at the end; 404 for
     * all else}
     *
     * @param path name of the file, in at most one folder
     */
    @ReadOperation(produces = {"text/html", "text/css", "text/javascript", "image/svg+xml"})
    public WebEndpointResponse<Resource> file(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path) {
        if (path.length == 0) return page(paths.ofPageWithSlash());
        Optional<PageFiles.File> file = files.find(String.join("/", path));
        return file.isPresent()
                ? new WebEndpointResponse<>(file.get().content(), file.get().type())
                : new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
    }

    private WebEndpointResponse<Resource> page(PagePaths.Links links) {
        String html =
                files.page()
                        .replace("{{files}}", links.files())
                        .replace("{{otp}}", links.otp())
                        .replace("{{others}}", String.join(" ", links.others()));
        var content = new ByteArrayResource(html.getBytes(StandardCharsets.UTF_8));
        return new WebEndpointResponse<>(content, HTML);
    }
}
