package dev.neo4jrestore.standin.server;

import java.util.List;
import org.neo4j.dbms.systemgraph.SystemDatabaseProvider;
import org.neo4j.graphdb.Label;

/** The servers that were ever enabled, in the system graph: what makes one that is down still be told of. */
record ServerRegistry(SystemDatabaseProvider system) {
    private static final Label LABEL = Label.label("StandinServer");

    record Entry(String id, String bolt, String http) {}

    /** In the order of their joining. */
    List<Entry> all() {
        return system.query(tx -> tx.findNodes(LABEL).stream()
                .sorted((a, b) -> a.getElementId().compareTo(b.getElementId()))
                .map(node -> new Entry(
                        (String) node.getProperty("id"),
                        (String) node.getProperty("bolt"),
                        (String) node.getProperty("http")))
                .toList());
    }

    void enable(Entry server) {
        system.execute(tx -> {
            var node = tx.createNode(LABEL);
            node.setProperty("id", server.id());
            node.setProperty("bolt", server.bolt());
            node.setProperty("http", server.http());
        });
    }
}
