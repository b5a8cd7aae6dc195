package dev.neo4jrestore.standin.server;

import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_ACCESS_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_LABEL;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_NAME_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_STARTED_AT_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_STATUS_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_STOPPED_AT_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_UUID_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.TARGETS_RELATIONSHIP;

import dev.neo4jrestore.standin.cluster.Allocation;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.neo4j.dbms.database.DefaultSystemGraphComponent;
import org.neo4j.dbms.systemgraph.SystemDatabaseProvider;
import org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseAccess;
import org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseStatus;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Transaction;
import org.neo4j.kernel.database.DatabaseIdFactory;
import org.neo4j.kernel.database.NamedDatabaseId;

/**
 * The databases as the real system database records them: which exist, what is asked of each, since when.
 * Whatever is written here is what SHOW DATABASE reports and what the next start of the server brings back.
 */
final class SystemGraph {
    private final SystemDatabaseProvider system;

    SystemGraph(SystemDatabaseProvider system) {
        this.system = system;
    }

    List<NamedDatabaseId> userDatabases() {
        return query(tx -> tx.findNodes(DATABASE_LABEL).stream()
                .map(SystemGraph::id)
                .filter(id -> !id.isSystemDatabase())
                .toList());
    }

    Optional<NamedDatabaseId> find(String name) {
        return query(tx -> node(tx, name).map(SystemGraph::id));
    }

    boolean requestedOnline(String name) {
        return query(tx -> node(tx, name)
                .map(node -> DatabaseStatus.ONLINE.statusName().equals(node.getProperty(DATABASE_STATUS_PROPERTY)))
                .orElse(false));
    }

    NamedDatabaseId create(String name, Consumer<Node> more) {
        return query(tx -> {
            var node = DefaultSystemGraphComponent.createDatabaseNode(
                    tx, name, false, UUID.randomUUID(), ZonedDateTime.now(ZoneOffset.UTC));
            more.accept(node);
            return id(node);
        });
    }

    List<Allocation> allocations() {
        return query(tx -> tx.findNodes(DATABASE_LABEL).stream()
                .filter(node -> !id(node).isSystemDatabase())
                .map(Allocations::read)
                .toList());
    }

    Optional<Allocation> allocation(NamedDatabaseId id) {
        return query(tx -> node(tx, id.name()).filter(node -> id.equals(id(node))).map(Allocations::read));
    }

    /** What is asked of the database just now, to tell one request from the next. */
    String request(String name) {
        return query(tx -> node(tx, name)
                .map(node -> node.getProperty(DATABASE_STARTED_AT_PROPERTY, "") + " " + Allocations.read(node).key())
                .orElse(""));
    }

    void remove(String name) {
        change(name, node -> {
            node.getRelationships(TARGETS_RELATIONSHIP).forEach(relationship -> {
                var nameNode = relationship.getStartNode();
                relationship.delete();
                nameNode.delete();
            });
            node.delete();
        });
    }

    void request(String name, DatabaseStatus status) {
        change(name, node -> {
            if (!status.statusName().equals(node.getProperty(DATABASE_STATUS_PROPERTY))) {
                var moment = status == DatabaseStatus.ONLINE
                        ? DATABASE_STARTED_AT_PROPERTY
                        : DATABASE_STOPPED_AT_PROPERTY;
                node.setProperty(DATABASE_STATUS_PROPERTY, status.statusName());
                node.setProperty(moment, ZonedDateTime.now(ZoneOffset.UTC));
            }
        });
    }

    void setAccess(String name, DatabaseAccess access) {
        change(name, node -> node.setProperty(DATABASE_ACCESS_PROPERTY, access.name()));
    }

    void change(String name, Consumer<Node> change) {
        system.execute(tx -> node(tx, name).ifPresent(change));
    }

    <T> T query(Function<Transaction, T> function) {
        return system.query(function);
    }

    private static Optional<Node> node(Transaction tx, String name) {
        return Optional.ofNullable(tx.findNode(DATABASE_LABEL, DATABASE_NAME_PROPERTY, name));
    }

    private static NamedDatabaseId id(Node node) {
        return DatabaseIdFactory.from(
                (String) node.getProperty(DATABASE_NAME_PROPERTY),
                UUID.fromString((String) node.getProperty(DATABASE_UUID_PROPERTY)));
    }
}
