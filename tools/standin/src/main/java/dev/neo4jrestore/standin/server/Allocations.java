package dev.neo4jrestore.standin.server;

import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_NAME_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_PRIMARIES_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_SECONDARIES_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_STATUS_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_UUID_PROPERTY;

import dev.neo4jrestore.standin.cluster.Allocation;
import java.util.List;
import java.util.function.Consumer;
import org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseStatus;
import org.neo4j.graphdb.Node;

/** Where a database lives and what it is seeded with, as properties of its node in the system graph. */
final class Allocations {
    private static final String HOSTS = "standin_hosts";
    private static final String INCARNATION = "standin_incarnation";
    private static final String SEEDERS = "standin_seeders";
    private static final String SEED_URI = "standin_seed_uri";
    private static final String SEEDED = "standin_seeded";

    private Allocations() {}

    static Allocation read(Node node) {
        var hosts = List.of((String[]) node.getProperty(HOSTS, new String[0]));
        return new Allocation(
                (String) node.getProperty(DATABASE_UUID_PROPERTY),
                (String) node.getProperty(DATABASE_NAME_PROPERTY),
                (long) node.getProperty(INCARNATION, 1L),
                DatabaseStatus.ONLINE.statusName().equals(node.getProperty(DATABASE_STATUS_PROPERTY)),
                hosts,
                ((Number) node.getProperty(DATABASE_PRIMARIES_PROPERTY, hosts.size())).intValue(),
                List.of((String[]) node.getProperty(SEEDERS, new String[0])),
                (String) node.getProperty(SEED_URI, null),
                (boolean) node.getProperty(SEEDED, false));
    }

    /** Primaries first. */
    static Consumer<Node> hosts(List<String> hosts, int primaries) {
        return node -> {
            node.setProperty(HOSTS, hosts.toArray(String[]::new));
            node.setProperty(DATABASE_PRIMARIES_PROPERTY, primaries);
            node.setProperty(DATABASE_SECONDARIES_PROPERTY, hosts.size() - primaries);
        };
    }

    static Consumer<Node> seed(List<String> seeders, String uri) {
        return node -> {
            node.setProperty(SEEDERS, seeders.toArray(String[]::new));
            if (uri != null) {
                node.setProperty(SEED_URI, uri);
            } else {
                node.removeProperty(SEED_URI);
            }
            node.setProperty(SEEDED, false);
        };
    }

    static void renew(Node node) {
        node.setProperty(INCARNATION, (long) node.getProperty(INCARNATION, 1L) + 1);
    }

    static void markSeeded(Node node) {
        node.setProperty(SEEDED, true);
    }
}
