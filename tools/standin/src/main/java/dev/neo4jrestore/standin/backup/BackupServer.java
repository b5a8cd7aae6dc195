package dev.neo4jrestore.standin.backup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.neo4j.kernel.database.Database;

/**
 * The backup port: our own plain protocol in place of Enterprise's. {@code GET /databases} lists the databases that can be
 * backed up, {@code GET /backup/<name>} answers with a full artifact, with {@code ?after=<append index>} with one that
 * continues the backup which ends there.
 */
public final class BackupServer {
    private final Supplier<List<String>> online;
    private final Function<String, Optional<Database>> find;

    public BackupServer(Supplier<List<String>> online, Function<String, Optional<Database>> find) {
        this.online = online;
        this.find = find;
    }

    public HttpServer start(InetSocketAddress address) throws IOException {
        var server = HttpServer.create(address, 0);
        server.createContext("/databases", exchange -> answer(exchange, 200, String.join("\n", online.get())));
        server.createContext("/backup/", this::backup);
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            var thread = new Thread(work, "backup");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
        return server;
    }

    public void backup(HttpExchange exchange) throws IOException {
        var name = exchange.getRequestURI().getPath().substring("/backup/".length());
        var database = find.apply(name);
        if (database.isEmpty()) {
            answer(exchange, 404, "Database '" + name + "' does not exist.");
            return;
        }
        if (!database.get().isStarted()) {
            answer(exchange, 409, "Database '" + name + "' is currently unavailable: it is not online.");
            return;
        }
        var after = Optional.ofNullable(exchange.getRequestURI().getQuery())
                .map(query -> Long.parseLong(query.substring("after=".length())));
        if (after.isPresent() && after.get() > DifferentialSource.lastAppendIndex(database.get())) {
            answer(exchange, 410, "Database '" + name + "' has another history than the latest backup.");
            return;
        }
        var artifact = Files.createTempFile("artifact-", ".backup");
        try {
            if (after.isPresent()) {
                DifferentialSource.write(database.get(), after.get(), artifact);
            } else {
                BackupSource.write(database.get(), artifact);
            }
            exchange.sendResponseHeaders(200, Files.size(artifact));
            try (var body = exchange.getResponseBody()) {
                Files.copy(artifact, body);
            }
        } catch (IOException | RuntimeException e) {
            var trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            answer(exchange, 500, trace.toString());
        } finally {
            Files.delete(artifact);
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (var body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }
}
