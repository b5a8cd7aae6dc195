package dev.neo4jrestore.standin.server;

import static org.neo4j.values.storable.Values.stringValue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.neo4j.cypher.internal.ast.ReadAdministrationCommand;
import org.neo4j.kernel.impl.query.QuerySubscriber;
import org.neo4j.values.AnyValue;
import org.neo4j.values.storable.Values;
import org.neo4j.values.virtual.VirtualValues;

/** SHOW SERVERS. */
record ServerRows(Supplier<List<Server>> servers) {
    /** {@code requested} is what the server should hold, {@code hosting} what it says it holds. */
    record Server(
            String id, String address, String http, boolean available, List<String> hosting, List<String> requested) {}

    private static final Server NOBODY = new Server("", "", "", true, List.of(), List.of());

    Rows answer(ReadAdministrationCommand command, QuerySubscriber subscriber) {
        var rows = servers.get().stream().map(ServerRows::columns).toList();
        return new Shown(List.copyOf(columns(NOBODY).keySet()), rows).answer(command, VirtualValues.EMPTY_MAP, subscriber);
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
