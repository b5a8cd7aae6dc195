package dev.neo4jrestore.standin.server;

import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.neo4j.cypher.internal.ast.DatabaseName;
import org.neo4j.cypher.internal.ast.NamespacedName;
import org.neo4j.cypher.internal.ast.Options;
import org.neo4j.cypher.internal.ast.OptionsMap;
import org.neo4j.cypher.internal.ast.OptionsParam;
import org.neo4j.cypher.internal.ast.ParameterName;
import org.neo4j.cypher.internal.expressions.Expression;
import org.neo4j.cypher.internal.expressions.ExplicitParameter;
import org.neo4j.cypher.internal.expressions.StringLiteral;
import org.neo4j.exceptions.InvalidArgumentException;
import org.neo4j.exceptions.ParameterNotFoundException;
import org.neo4j.exceptions.ParameterWrongTypeException;
import org.neo4j.values.AnyValue;
import org.neo4j.values.storable.TextValue;
import org.neo4j.values.storable.Values;
import org.neo4j.values.virtual.MapValue;
import scala.jdk.javaapi.CollectionConverters;

/** What a command was given: a name written out or as a parameter, and options of CREATE DATABASE. */
final class CommandArguments {
    private static final Set<String> KNOWN_OPTIONS = Set.of(
            "existingdata",
            "existingdataseedinstance",
            "existingdataseedserver",
            "seeduri",
            "seedconfig",
            "seedcredentials",
            "storeformat",
            "txlogenrichment");

    private CommandArguments() {}

    static String name(DatabaseName name, MapValue parameters) {
        if (name instanceof ParameterName parameter) {
            var key = parameter.parameter().name();
            if (parameter(key, parameters) instanceof TextValue text) {
                return text.stringValue().toLowerCase(Locale.ROOT);
            }
            throw new ParameterWrongTypeException("Expected parameter $" + key + " to have type String");
        }
        var written = (NamespacedName) name;
        var parts = new ArrayList<String>();
        if (written.namespace().isDefined()) {
            parts.add(written.namespace().get());
        }
        parts.add(written.name());
        return String.join(".", parts).toLowerCase(Locale.ROOT);
    }

    /** By lower-case name. */
    static Map<String, String> options(Options options, MapValue parameters) {
        var given = new TreeMap<String, String>();
        if (options instanceof OptionsMap map) {
            CollectionConverters.asJava(map.map())
                    .forEach((name, value) -> given.put(name, text(value, parameters)));
        } else if (options instanceof OptionsParam param) {
            if (!(parameter(param.parameter().name(), parameters) instanceof MapValue map)) {
                throw new ParameterWrongTypeException("Expected the OPTIONS parameter to have type Map");
            }
            map.foreach((name, value) -> given.put(name, value instanceof TextValue text ? text.stringValue() : null));
        }
        var unknown = given.keySet().stream()
                .filter(name -> !KNOWN_OPTIONS.contains(name.toLowerCase(Locale.ROOT)))
                .toList();
        if (!unknown.isEmpty()) {
            throw new InvalidArgumentException("Could not create database with specified option(s): '"
                    + String.join("', '", unknown)
                    + "'. Expected 'existingData', 'existingDataSeedServer', 'seedURI', 'storeFormat', 'txLogEnrichment'.");
        }
        var byName = new TreeMap<String, String>();
        given.forEach((name, value) -> byName.put(name.toLowerCase(Locale.ROOT), value));
        return byName;
    }

    /** Of a text that is written out or given as a parameter; null of anything else. */
    static String text(Expression value, MapValue parameters) {
        if (value instanceof StringLiteral literal) {
            return literal.value();
        }
        if (value instanceof ExplicitParameter given && parameter(given.name(), parameters) instanceof TextValue text) {
            return text.stringValue();
        }
        return null;
    }

    private static AnyValue parameter(String key, MapValue parameters) {
        var value = parameters.get(key);
        if (value == Values.NO_VALUE) {
            throw new ParameterNotFoundException("Expected parameter(s): " + key);
        }
        return value;
    }
}
