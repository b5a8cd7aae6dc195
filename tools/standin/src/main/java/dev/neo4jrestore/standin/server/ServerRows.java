package dev.neo4jrestore.standin.server;

import static org.neo4j.values.storable.Values.stringValue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.neo4j.cypher.internal.ast.ReadAdministrationCommand;
import org.neo4j.exceptions.SyntaxException;
import org.neo4j.kernel.impl.query.QuerySubscriber;
import org.neo4j.values.AnyValue;
import org.neo4j.values.storable.Values;
import org.neo4j.values.virtual.VirtualValues;
import scala.jdk.javaapi.CollectionConverters;

/** SHOW SERVERS, with plain YIELD of columns (and AS), and the empty answer of SHOW ALIASES. */
record ServerRows(Supplier<List<Server>> servers) {
    /** {@code requested} is what the server should hold, {@code hosting} what it says it holds. */
    record Server(
            String id, String address, String http, boolean available, List<String> hosting, List<String> requested) {}

    private static final Server NOBODY = new Server("", "", "", true, List.of(), List.of());

    Rows answer(ReadAdministrationCommand command, QuerySubscriber subscriber) {
        var columns = yielded(command);
        var known = columns(NOBODY).keySet();
        columns.values().stream().filter(column -> !known.contains(column)).findFirst().ifPresent(column -> {
            throw new SyntaxException("Variable `" + column + "` not defined");
        });
        var rows = servers.get().stream()
                .map(server -> {
                    var values = columns(server);
                    return columns.values().stream().map(values::get).toList();
                })
                .toList();
        return new Rows(List.copyOf(columns.keySet()), rows, subscriber);
    }

    Rows none(ReadAdministrationCommand command, QuerySubscriber subscriber) {
        var names = CollectionConverters.asJava(command.returnColumnNames());
        return new Rows(List.copyOf(names), List.of(), subscriber);
    }

    /** Result column by source column; the order is the statement's. */
    private Map<String, String> yielded(ReadAdministrationCommand command) {
        var columns = new LinkedHashMap<String, String>();
        var written = command.yields();
        if (written.isEmpty() || written.get().returnItems().includeExisting()) {
            var names = written.isEmpty()
                    ? CollectionConverters.asJava(command.returnColumnNames())
                    : List.copyOf(columns(NOBODY).keySet());
            names.forEach(name -> columns.put(name, name));
            return columns;
        }
        if (written.get().where().isDefined() || command.returns().isDefined()) {
            throw new SyntaxException("The stand-in answers SHOW SERVERS without WHERE and RETURN only.");
        }
        CollectionConverters.asJava(written.get().returnItems().items())
                .forEach(item -> columns.put(item.name(), item.expression().asCanonicalStringVal()));
        return columns;
    }

    private static Map<String, AnyValue> columns(Server server) {
        var row = new LinkedHashMap<String, AnyValue>();
        row.put("serverId", stringValue(server.id()));
        row.put("name", stringValue(server.id()));
        row.put("address", stringValue(server.address()));
        row.put("httpAddress", stringValue(server.http()));
        row.put("httpsAddress", Values.NO_VALUE);
        row.put("state", stringValue("Enabled"));
        row.put("health", stringValue(server.available() ? "Available" : "Unavailable"));
        row.put("hosting", list(server.hosting()));
        row.put("requestedHosting", list(server.requested()));
        row.put("tags", VirtualValues.EMPTY_LIST);
        row.put("allowedDatabases", VirtualValues.EMPTY_LIST);
        row.put("deniedDatabases", VirtualValues.EMPTY_LIST);
        row.put("modeConstraint", stringValue("NONE"));
        row.put("version", stringValue("5.26.0"));
        return row;
    }

    private static AnyValue list(List<String> names) {
        return VirtualValues.list(names.stream().map(Values::stringValue).toArray(AnyValue[]::new));
    }
}
