package dev.neo4jrestore.standin.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseInternalSettings;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.io.ByteUnit;

/** The command line of the server, {@code --home} and where it listens, joined with the user's neo4j.conf. */
record ServerOptions(Path home, Path conf, String address, int boltPort, int httpPort, int backupPort) {
    static ServerOptions parse(String[] arguments) {
        var given = new TreeMap<String, String>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                throw new IllegalArgumentException("expected --name VALUE, got: " + arguments[i]);
            }
            given.put(arguments[i].substring(2), arguments[i + 1]);
        }
        var home = given.containsKey("home") ? Path.of(given.remove("home")) : Path.of(requireEnv("NEO4J_HOME"));
        var conf = Optional.ofNullable(System.getenv("NEO4J_CONF")).map(Path::of).orElse(home.resolve("conf"));
        var options = new ServerOptions(
                home.toAbsolutePath(),
                conf,
                Optional.ofNullable(given.remove("address")).orElse("0.0.0.0"),
                port(given, "bolt-port", 7687),
                port(given, "http-port", 7474),
                port(given, "backup-port", 6362));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("unknown options: " + given.keySet());
        }
        return options;
    }

    Config.Builder config() {
        var builder = Config.newBuilder()
                // What the engine's own server sets, authentication among it.
                .setDefaults(GraphDatabaseSettings.SERVER_DEFAULTS)
                // The stand-in's own ways to be small and quick; the user's file may say otherwise.
                .setDefault(GraphDatabaseSettings.pagecache_memory, ByteUnit.mebiBytes(64))
                .setDefault(GraphDatabaseSettings.preallocate_logical_logs, false)
                .setDefault(GraphDatabaseInternalSettings.netty_server_shutdown_quiet_period, 0)
                .setDefault(BoltConnector.enabled, true);
        var file = conf.resolve(Config.DEFAULT_CONFIG_FILE_NAME);
        if (Files.exists(file)) {
            builder.fromFile(file);
        }
        return builder.set(GraphDatabaseSettings.neo4j_home, home)
                .set(BoltConnector.listen_address, new SocketAddress(address, boltPort))
                // A lone server has nobody to route to, and would open one more port for it.
                .set(GraphDatabaseSettings.routing_enabled, false)
                // Served by the stand-in itself: the engine's own web server would double the time to start.
                .set(HttpConnector.enabled, false);
    }

    private static int port(Map<String, String> given, String name, int byDefault) {
        return Optional.ofNullable(given.remove(name)).map(Integer::parseInt).orElse(byDefault);
    }

    private static String requireEnv(String name) {
        return Optional.ofNullable(System.getenv(name))
                .orElseThrow(() -> new IllegalArgumentException("--home or the environment variable " + name + " is needed"));
    }
}
