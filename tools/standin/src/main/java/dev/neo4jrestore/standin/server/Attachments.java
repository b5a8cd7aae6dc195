package dev.neo4jrestore.standin.server;

import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_LABEL;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_NAME_LABEL;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DATABASE_NAME_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DEFAULT_NAMESPACE;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DISPLAY_NAME_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.NAMESPACE_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.NAME_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.PRIMARY_PROPERTY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.TARGETS_RELATIONSHIP;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.neo4j.dbms.systemgraph.SystemDatabaseProvider;
import org.neo4j.graphdb.Direction;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;

/**
 * What hangs on a database's name, in the system graph: aliases in the engine's own model, so that the engine resolves
 * them, and roles and privileges as the commands that gave them, which nothing enforces.
 */
record Attachments(SystemDatabaseProvider system) {
    private static final Label ROLE = Label.label("StandinRole");
    private static final Label PRIVILEGE = Label.label("StandinPrivilege");
    private static final Pattern SCOPE = Pattern.compile(" ON (?:DATABASE|GRAPH)S? (?:`([^`]+)`|([^\\s,]+))");

    /** Target by alias. */
    Map<String, String> aliases() {
        return system.query(tx -> {
            var found = new TreeMap<String, String>();
            tx.findNodes(DATABASE_NAME_LABEL, PRIMARY_PROPERTY, false).forEachRemaining(alias -> Optional.ofNullable(
                            alias.getSingleRelationship(TARGETS_RELATIONSHIP, Direction.OUTGOING))
                    .ifPresent(target -> found.put(
                            (String) alias.getProperty(NAME_PROPERTY),
                            (String) target.getEndNode().getProperty(DATABASE_NAME_PROPERTY))));
            return found;
        });
    }

    void addAlias(String alias, String database) {
        system.execute(tx -> {
            var node = tx.createNode(DATABASE_NAME_LABEL);
            node.setProperty(NAME_PROPERTY, alias);
            node.setProperty(DISPLAY_NAME_PROPERTY, alias);
            node.setProperty(NAMESPACE_PROPERTY, DEFAULT_NAMESPACE);
            node.setProperty(PRIMARY_PROPERTY, false);
            var target = tx.findNode(DATABASE_LABEL, DATABASE_NAME_PROPERTY, database);
            node.createRelationshipTo(target, TARGETS_RELATIONSHIP);
        });
    }

    void removeAlias(String alias) {
        system.execute(tx -> tx.findNodes(DATABASE_NAME_LABEL, NAME_PROPERTY, alias)
                .forEachRemaining(node -> {
                    node.getRelationships().forEach(relationship -> relationship.delete());
                    node.delete();
                }));
    }

    List<String> roles() {
        return Stream.concat(
                        Stream.of("PUBLIC", "admin", "architect", "editor", "publisher", "reader"),
                        texts(ROLE).stream())
                .sorted()
                .toList();
    }

    void addRole(String role) {
        add(ROLE, role);
    }

    void removeRole(String role) {
        remove(ROLE, role);
        privileges().stream().filter(command -> command.endsWith(" TO `" + role + "`")).forEach(this::revoke);
    }

    List<String> privileges() {
        return texts(PRIVILEGE);
    }

    void give(String command) {
        if (!privileges().contains(command)) {
            add(PRIVILEGE, command);
        }
    }

    void revoke(String command) {
        remove(PRIVILEGE, command);
    }

    /** Goes with the database. */
    void removePrivilegesOn(String database) {
        privileges().stream()
                .filter(command -> {
                    var scope = SCOPE.matcher(command);
                    return scope.find() && database.equals(scope.group(1) == null ? scope.group(2) : scope.group(1));
                })
                .forEach(this::revoke);
    }

    private List<String> texts(Label label) {
        return system.query(tx -> tx.findNodes(label).stream()
                .map(node -> (String) node.getProperty("text"))
                .sorted()
                .toList());
    }

    private void add(Label label, String text) {
        system.execute(tx -> tx.createNode(label).setProperty("text", text));
    }

    private void remove(Label label, String text) {
        system.execute(tx -> tx.findNodes(label, "text", text).forEachRemaining(Node::delete));
    }
}
