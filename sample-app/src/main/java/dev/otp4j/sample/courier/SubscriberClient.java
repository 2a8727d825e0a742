/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import java.time.Duration;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The settings of the HTTP clients. They do nothing on their own: no redirects, cookies,
 * authentication, decompression, upgrades or repetitions.
 */
final class SubscriberClient {
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxLineLength(8 * 1024).setMaxHeaderCount(100).build();

    /** The client's own parser skips lines until one looks like a status line. */
    private static final DefaultHttpResponseParserFactory STRICT =
            new DefaultHttpResponseParserFactory(LIMITS);

    private static final TimeValue MAX_IDLE = TimeValue.ofSeconds(30);

    /** Below this an idle connection is used without a look whether the subscriber closed it. */
    private static final TimeValue TRUSTED = TimeValue.ofMilliseconds(5);

    private SubscriberClient() {}

    /** A client that keeps connections for later requests. */
    static CloseableHttpClient keeping(Resolver resolver, Duration timeout) {
        return builder(resolver, timeout).evictIdleConnections(MAX_IDLE).build();
    }

    /** A client that makes a new connection for each request. */
    static CloseableHttpClient connecting(Resolver resolver, Duration timeout) {
        return builder(resolver, timeout)
                .setConnectionReuseStrategy((request, response, context) -> false)
                .build();
    }

    private static HttpClientBuilder builder(Resolver resolver, Duration limit) {
        Timeout timeout = Timeout.of(limit);
        return HttpClientBuilder.create()
                .setConnectionManager(connections(resolver, timeout))
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setResponseTimeout(timeout)
                                .setProtocolUpgradeEnabled(false)
                                .build())
                .setUserAgent("otp4j-relay")
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableAutomaticRetries();
    }

    private static PoolingHttpClientConnectionManager connections(
            Resolver resolver, Timeout timeout) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(resolver)
                .setConnectionFactory(
                        ManagedHttpClientConnectionFactory.builder()
                                .http1Config(LIMITS)
                                .responseParserFactory(STRICT)
                                .build())
                .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                                .setConnectTimeout(timeout)
                                .setSocketTimeout(timeout)
                                .setValidateAfterInactivity(TRUSTED)
                                .build())
                .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(timeout).build())
                .setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build())
                // each courier has one request at a time, so the pool needs no limit of its own
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setMaxConnTotal(Integer.MAX_VALUE)
                .setMaxConnPerRoute(Integer.MAX_VALUE)
                .build();
    }
}
