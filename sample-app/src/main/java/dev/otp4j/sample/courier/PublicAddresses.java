/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are public, by the registries of special-purpose addresses of IANA. The JDK makes
 * an IPv4 address of an IPv4-mapped IPv6 address.
 */
final class PublicAddresses {
    private static final List<Range> SPECIAL_IPV4 =
            ranges(
                    "0.0.0.0/8", // this network
                    "10.0.0.0/8", // private
                    "100.64.0.0/10", // shared by customers of a provider; metadata in some clouds
                    "127.0.0.0/8", // loopback
                    "168.63.129.16/32", // metadata of Azure
                    "169.254.0.0/16", // link-local; metadata of most clouds
                    "172.16.0.0/12", // private
                    "192.0.0.0/24", // protocol assignments; metadata in some clouds
                    "192.0.2.0/24", // documentation
                    "192.88.99.0/24", // 6to4 relays
                    "192.168.0.0/16", // private
                    "198.18.0.0/15", // benchmarks
                    "198.51.100.0/24", // documentation
                    "203.0.113.0/24", // documentation
                    "224.0.0.0/4", // multicast
                    "240.0.0.0/4"); // reserved, broadcast

    /** The only global unicast addresses so far: loopback, fe80, fc00, ff00 are outside. */
    private static final Range GLOBAL_IPV6 = Range.of("2000::/3");

    private static final List<Range> SPECIAL_IPV6 =
            ranges(
                    "2001::/23", // protocol assignments, Teredo
                    "2001:db8::/32", // documentation
                    "2002::/16", // 6to4: contains an IPv4 address
                    "3fff::/20"); // documentation

    /** The last four bytes are an IPv4 address, to which a gateway passes the packets on. */
    private static final Range NAT64 = Range.of("64:ff9b::/96");

    private PublicAddresses() {}

    static boolean contain(InetAddress address) {
        if (address instanceof Inet4Address) return isOutside(SPECIAL_IPV4, address);
        if (NAT64.contains(address)) return contain(lastFourBytes(address));
        return GLOBAL_IPV6.contains(address) && isOutside(SPECIAL_IPV6, address);
    }

    private static boolean isOutside(List<Range> ranges, InetAddress address) {
        return ranges.stream().noneMatch(range -> range.contains(address));
    }

    private static InetAddress lastFourBytes(InetAddress address) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), 12, 16));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // four bytes are always an address
        }
    }

    private static List<Range> ranges(String... texts) {
        return Stream.of(texts).map(Range::of).toList();
    }

    /** The addresses that begin with the first {@code bits} bits of {@code start}. */
    private record Range(InetAddress start, int bits) {
        static Range of(String text) {
            String[] parts = text.split("/");
            return new Range(InetAddress.ofLiteral(parts[0]), Integer.parseInt(parts[1]));
        }

        boolean contains(InetAddress address) {
            byte[] here = start.getAddress();
            byte[] there = address.getAddress();
            if (here.length != there.length) return false;
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if (((here[bit / 8] ^ there[bit / 8]) & mask) != 0) return false;
            }
            return true;
        }
    }
}
