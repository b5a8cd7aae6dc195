package dev.neo4jrestore.standin.server;

import com.sun.net.httpserver.HttpServer;
import dev.neo4jrestore.standin.cluster.Membership;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.graphdb.facade.DatabaseManagementServiceFactory;
import org.neo4j.graphdb.facade.GraphDatabaseDependencies;
import org.neo4j.kernel.impl.factory.DbmsInfo;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/**
 * A running server: one engine with all databases of one home directory, Bolt, a page on the HTTP port (what readiness
 * probes dial) and the backup port.
 */
record Server(DatabaseManagementService engine, HttpServer http, HttpServer backups, ClusterSeat seat) {

    /** {@code auth} is the value of NEO4J_AUTH, or null. Waits for the cluster, if the server is of one. */
    static Server start(ServerOptions options, String auth) throws IOException, InterruptedException {
        var builder = options.config();
        if ("none".equals(auth)) {
            builder.set(GraphDatabaseSettings.auth_enabled, false);
        }
        var config = builder.build();
        var membership = Membership.of(config);
        var seat = membership.isEmpty() ? null : ClusterSeat.take(membership.get(), options.address(), config);
        InitialPassword.apply(auth, config, options.home(), options.conf());
        var edition = new AtomicReference<StandinEdition>();
        var engine = new DatabaseManagementServiceFactory(DbmsInfo.ENTERPRISE, module -> {
                    edition.set(new StandinEdition(module, seat));
                    return edition.get();
                })
                .build(config, false, GraphDatabaseDependencies.newDependencies());
        var backupServer = edition.get().backups();
        if (seat != null) {
            seat.server().serve(edition.get().member()::status, edition.get().databases()::find, backupServer::backup);
        }
        var http = serveHttp(options, config.get(BoltConnector.advertised_address).toString());
        var backups = backupServer.start(new InetSocketAddress(options.address(), options.backupPort()));
        return new Server(engine, http, backups, seat);
    }

    int boltPort() {
        return ((GraphDatabaseAPI) engine.database(GraphDatabaseSettings.SYSTEM_DATABASE_NAME))
                .getDependencyResolver()
                .resolveDependency(ConnectorPortRegister.class)
                .getLocalAddress(ConnectorType.BOLT)
                .getPort();
    }

    int backupPort() {
        return backups.getAddress().getPort();
    }

    void stop() {
        http.stop(0);
        backups.stop(0);
        engine.shutdown();
        if (seat != null) {
            seat.server().stop();
        }
    }

    private static HttpServer serveHttp(ServerOptions options, String boltAddress) throws IOException {
        var page = """
                {"bolt_direct":"bolt://%s","neo4j_version":"5.26.0","neo4j_edition":"enterprise"}
                """.formatted(boltAddress).getBytes(StandardCharsets.UTF_8);
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
