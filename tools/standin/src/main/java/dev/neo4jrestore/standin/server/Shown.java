package dev.neo4jrestore.standin.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neo4j.cypher.internal.ast.ReadAdministrationCommand;
import org.neo4j.cypher.internal.expressions.Contains;
import org.neo4j.cypher.internal.expressions.Variable;
import org.neo4j.exceptions.SyntaxException;
import org.neo4j.kernel.impl.query.QuerySubscriber;
import org.neo4j.values.AnyValue;
import org.neo4j.values.storable.TextValue;
import org.neo4j.values.virtual.MapValue;
import scala.jdk.javaapi.CollectionConverters;

/** The answer to an emulated SHOW command, with plain YIELD of columns (and AS), and WHERE a column CONTAINS a text. */
record Shown(List<String> columns, List<Map<String, AnyValue>> rows) {
    Rows answer(ReadAdministrationCommand command, MapValue parameters, QuerySubscriber subscriber) {
        var yielded = yielded(command);
        yielded.values().stream().filter(column -> !columns.contains(column)).findFirst().ifPresent(column -> {
            throw new SyntaxException("Variable `" + column + "` not defined");
        });
        var answers = rows.stream()
                .filter(row -> isWanted(command, yielded, row, parameters))
                .map(row -> yielded.values().stream().map(row::get).toList())
                .toList();
        return new Rows(List.copyOf(yielded.keySet()), answers, subscriber);
    }

    private static boolean isWanted(
            ReadAdministrationCommand command,
            Map<String, String> yielded,
            Map<String, AnyValue> row,
            MapValue parameters) {
        var written = command.yields();
        if (written.isEmpty() || written.get().where().isEmpty()) {
            return true;
        }
        if (written.get().where().get().expression() instanceof Contains contains
                && contains.lhs() instanceof Variable variable
                && yielded.containsKey(variable.name())) {
            var part = CommandArguments.text(contains.rhs(), parameters);
            if (part != null) {
                return row.get(yielded.get(variable.name())) instanceof TextValue text
                        && text.stringValue().contains(part);
            }
        }
        throw new SyntaxException("The stand-in knows no other WHERE here than that a column CONTAINS a text.");
    }

    /** Result column by source column; the order is the statement's. */
    private Map<String, String> yielded(ReadAdministrationCommand command) {
        var result = new LinkedHashMap<String, String>();
        var written = command.yields();
        if (written.isEmpty() || written.get().returnItems().includeExisting()) {
            var names = written.isEmpty() ? CollectionConverters.asJava(command.returnColumnNames()) : columns;
            names.forEach(name -> result.put(name, name));
            return result;
        }
        if (command.returns().isDefined()) {
            throw new SyntaxException("The stand-in answers this SHOW command without RETURN only.");
        }
        CollectionConverters.asJava(written.get().returnItems().items())
                .forEach(item -> result.put(item.name(), item.expression().asCanonicalStringVal()));
        return result;
    }
}
