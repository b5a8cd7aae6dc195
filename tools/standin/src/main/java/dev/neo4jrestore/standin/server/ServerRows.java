package dev.neo4jrestore.standin.server;

import static org.neo4j.values.storable.Values.stringValue;

import java.util.ArrayList;
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
record ServerRows(String serverId, String address, String httpAddress, Supplier<List<String>> hosting) {
    Rows answer(ReadAdministrationCommand command, QuerySubscriber subscriber) {
        var server = server();
        var names = new ArrayList<String>();
        var row = new ArrayList<AnyValue>();
        yielded(command).forEach((name, column) -> {
            if (!server.containsKey(column)) {
                throw new SyntaxException("Variable `" + column + "` not defined");
            }
            names.add(name);
            row.add(server.get(column));
        });
        return new Rows(names, List.of(row), subscriber);
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
                    : List.copyOf(server().keySet());
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

    private Map<String, AnyValue> server() {
        var row = new LinkedHashMap<String, AnyValue>();
        var hosted = hosting.get().stream().map(Values::stringValue).toArray(AnyValue[]::new);
        row.put("serverId", stringValue(serverId));
        row.put("name", stringValue(serverId));
        row.put("address", stringValue(address));
        row.put("httpAddress", stringValue(httpAddress));
        row.put("httpsAddress", Values.NO_VALUE);
        row.put("state", stringValue("Enabled"));
        row.put("health", stringValue("Available"));
        row.put("hosting", VirtualValues.list(hosted));
        row.put("requestedHosting", VirtualValues.list(hosted));
        row.put("tags", VirtualValues.EMPTY_LIST);
        row.put("allowedDatabases", VirtualValues.EMPTY_LIST);
        row.put("deniedDatabases", VirtualValues.EMPTY_LIST);
        row.put("modeConstraint", stringValue("NONE"));
        row.put("version", stringValue("5.26.0"));
        return row;
    }
}
