/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that treats each connection as its script says, byte for byte. */
public final class RawReceiver implements AutoCloseable {
    private static final Pattern LENGTH =
            Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n", Pattern.CASE_INSENSITIVE);

    /** What the server does with a connection. It may read requests with {@link #request}. */
    public interface Script {
        /** Serves a connection, which is closed afterwards. */
        void serve(Connection connection) throws IOException, InterruptedException;
    }

    /** A connection. */
    public static final class Connection {
        private final Socket socket;
        private final AtomicInteger requests;

        Connection(Socket socket, AtomicInteger requests) {
            this.socket = socket;
            this.requests = requests;
        }

        /** Reads a request with its body. {@return its head; null at the end of the connection} */
        public String request() throws IOException {
            InputStream in = socket.getInputStream();
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) return null;
                head.append((char) next);
            }
            Matcher length = LENGTH.matcher(head);
            if (length.find()) in.readNBytes(Integer.parseInt(length.group(1)));
            requests.incrementAndGet();
            return head.toString();
        }

        /** Sends a text in ISO 8859-1. */
        public void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }
    }

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    /** Starts a server on a free port. */
    public RawReceiver(Script script) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(() -> accept(script));
    }

    private void accept(Script script) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                threads.execute(() -> serve(script, socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Script script, Socket socket) {
        try (socket) {
            script.serve(new Connection(socket, requests));
        } catch (IOException e) {
            // the relay closed the connection
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    /** {@return a URL of this server} */
    public String url() {
        return "http://localhost:" + server.getLocalPort() + "/hook";
    }

    /** {@return how many requests were read} */
    public int requests() {
        return requests.get();
    }

    /** {@return how many connections were made} */
    public int connections() {
        return connections.get();
    }

    /** {@return how many connections are open} */
    public int open() {
        return sockets.size();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
