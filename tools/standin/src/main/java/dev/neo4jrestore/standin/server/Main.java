package dev.neo4jrestore.standin.server;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.graphdb.facade.DatabaseManagementServiceFactory;
import org.neo4j.graphdb.facade.GraphDatabaseDependencies;
import org.neo4j.kernel.impl.factory.DbmsInfo;

/**
 * The server: one engine with all databases of one home directory, Bolt, a page on the HTTP port (what readiness probes
 * dial) and the backup port. Ends cleanly on SIGTERM.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        var began = System.nanoTime();
        var options = ServerOptions.parse(arguments);
        var auth = System.getenv("NEO4J_AUTH");
        var builder = options.config();
        if ("none".equals(auth)) {
            builder.set(GraphDatabaseSettings.auth_enabled, false);
        }
        var config = builder.build();
        InitialPassword.apply(auth, config, options.home(), options.conf());

        var edition = new AtomicReference<StandinEdition>();
        var factory = new DatabaseManagementServiceFactory(DbmsInfo.ENTERPRISE, module -> {
            edition.set(new StandinEdition(module));
            return edition.get();
        });
        var engine = factory.build(config, false, GraphDatabaseDependencies.newDependencies());
        var http = serveHttp(options);
        var backups = edition.get().backups().start(new InetSocketAddress(options.address(), options.backupPort()));

        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            System.out.println("Stopping...");
            http.stop(0);
            backups.stop(0);
            engine.shutdown();
            System.out.println("Stopped.");
            stopped.countDown();
        }));
        System.out.printf(
                "Started after %d ms (stand-in for Neo4j Enterprise 5.26.0, a Community engine).%n",
                (System.nanoTime() - began) / 1_000_000);
        stopped.await();
    }

    private static HttpServer serveHttp(ServerOptions options) throws IOException {
        var page = """
                {"bolt_direct":"bolt://localhost:%d","neo4j_version":"5.26.0","neo4j_edition":"enterprise"}
                """.formatted(options.boltPort()).getBytes(StandardCharsets.UTF_8);
        var server = HttpServer.create(new InetSocketAddress(options.address(), options.httpPort()), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, page.length);
            try (var body = exchange.getResponseBody()) {
                body.write(page);
            }
        });
        server.start();
        return server;
    }
}
