import java.nio.file.Path;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/** Plain Neo4j Community with its own Bolt connector, run from source: arguments are its home and its port. */
public final class PlainCommunity {
    public static void main(String[] arguments) {
        var address = new SocketAddress("127.0.0.1", Integer.parseInt(arguments[1]));
        var engine = new DatabaseManagementServiceBuilder(Path.of(arguments[0]))
                .setConfig(BoltConnector.enabled, true)
                .setConfig(BoltConnector.listen_address, address)
                .setConfig(GraphDatabaseSettings.auth_enabled, true)
                .setConfig(GraphDatabaseSettings.preallocate_logical_logs, false)
                .build();
        System.out.println("ready");
        Runtime.getRuntime().addShutdownHook(new Thread(engine::shutdown));
    }
}
