/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The parameters of a request for a view, as they came; see {@link OtpEndpoint#show}. */
record ViewQuery(
        @Nullable String view,
        @Nullable Integer depth,
        @Nullable Integer limit,
        @Nullable Integer offset,
        @Nullable String since,
        @Nullable String sort,
        @Nullable String state,
        @Nullable String match,
        @Nullable String below) {

    /** The view, if all other parameters apply to it. */
    OtpView checkedView() {
        OtpView shows = OtpEndpoint.constant("view", view, OtpView.TREE);
        OtpEndpoint.applies("depth", depth, shows, OtpView.TREE);
        OtpEndpoint.applies("offset", offset, shows, OtpView.ACTORS);
        OtpEndpoint.applies("since", since, shows, OtpView.EVENTS);
        OtpEndpoint.applies("sort", sort, shows, OtpView.ACTORS);
        OtpEndpoint.applies("state", state, shows, OtpView.TREE, OtpView.ACTORS);
        OtpEndpoint.applies("match", match, shows, OtpView.ACTORS);
        OtpEndpoint.applies("below", below, shows, OtpView.ACTORS);
        return shows;
    }

    ActorList.Wanted actors() {
        return new ActorList.Wanted(
                OtpEndpoint.constant("sort", sort, ActorList.Sort.TREE),
                OtpEndpoint.state(state),
                below == null ? "" : below,
                match == null ? "" : match.toLowerCase(Locale.ROOT),
                OtpEndpoint.offset(offset),
                OtpEndpoint.limit(limit));
    }
}
