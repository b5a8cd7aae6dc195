package dev.neo4jrestore.standin.cluster;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_INTERNAL_ERROR;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;
import static java.net.HttpURLConnection.HTTP_UNAVAILABLE;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.neo4jrestore.standin.Faults;
import dev.neo4jrestore.standin.cluster.TransactionStream.Point;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.neo4j.kernel.database.Database;

/**
 * The cluster port: our own protocol (HTTP) in place of Enterprise's. {@code GET /member} tells what this member is,
 * {@code /log/<name>} gives the transactions after a point and waits a moment for the first, {@code /backup/<name>} a store.
 */
public final class ClusterServer {
    private static final int WAIT_ROUNDS = 40;
    private static final double ROUND_SECONDS = 0.025;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private volatile Supplier<MemberStatus> status;
    private volatile Function<String, Optional<Database>> databases = name -> Optional.empty();
    private volatile HttpHandler backups = exchange -> answer(exchange, HTTP_UNAVAILABLE, new byte[0]);

    public ClusterServer(InetSocketAddress address, Supplier<MemberStatus> status) throws IOException {
        this.status = status;
        server = HttpServer.create(address, 0);
        server.createContext("/member", exchange -> answer(exchange, HTTP_OK, json.writeValueAsBytes(this.status.get())));
        server.createContext("/log/", this::log);
        server.createContext("/backup/", exchange -> backups.handle(exchange));
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            var thread = new Thread(work, "cluster");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
    }

    /** From now on with an engine behind it. */
    public void serve(
            Supplier<MemberStatus> status, Function<String, Optional<Database>> databases, HttpHandler backups) {
        this.databases = databases;
        this.backups = backups;
        this.status = status;
    }

    public void stop() {
        server.stop(0);
    }

    private void log(HttpExchange exchange) throws IOException {
        try {
            var name = exchange.getRequestURI().getPath().substring("/log/".length());
            var asked = parameters(exchange);
            var database = databases.apply(name).filter(Database::isStarted);
            if (database.isEmpty()) {
                answer(exchange, HTTP_NOT_FOUND, new byte[0]);
            } else if (!Follower.storeOf(database.get()).equals(asked.get("store"))) {
                answer(exchange, HTTP_CONFLICT, new byte[0]);
            } else {
                var point = new Point(
                        Long.parseLong(asked.get("transaction")),
                        Integer.parseInt(asked.get("checksum")),
                        Long.parseLong(asked.get("index")));
                for (int round = 0; round < WAIT_ROUNDS && Point.of(database.get()).equals(point); round++) {
                    Faults.pause(ROUND_SECONDS);
                }
                var transactions = TransactionStream.after(database.get(), point);
                answer(exchange, transactions.isPresent() ? HTTP_OK : HTTP_CONFLICT, transactions.orElse(new byte[0]));
            }
        } catch (RuntimeException e) {
            // The database was closed under the question.
            answer(exchange, HTTP_INTERNAL_ERROR, String.valueOf(e).getBytes());
        }
    }

    private static Map<String, String> parameters(HttpExchange exchange) {
        return Arrays.stream(exchange.getRequestURI().getQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static void answer(HttpExchange exchange, int code, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        try (var body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }
}
