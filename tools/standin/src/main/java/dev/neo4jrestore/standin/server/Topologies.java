package dev.neo4jrestore.standin.server;

import org.neo4j.cypher.internal.ast.Topology;
import org.neo4j.cypher.internal.expressions.Parameter;
import org.neo4j.exceptions.ParameterWrongTypeException;
import org.neo4j.values.storable.IntegralValue;
import org.neo4j.values.virtual.MapValue;
import scala.Option;
import scala.util.Either;

/** The numbers of a TOPOLOGY clause, written out or as parameters. */
final class Topologies {
    private Topologies() {}

    static int primaries(Topology topology, MapValue parameters) {
        return number(topology.primaries(), parameters);
    }

    static int secondaries(Topology topology, MapValue parameters) {
        return number(topology.secondaries(), parameters);
    }

    private static int number(Option<Either<Object, Parameter>> written, MapValue parameters) {
        if (written.isEmpty()) {
            return 0;
        }
        var either = written.get();
        if (either.isLeft()) {
            return ((Number) either.left().toOption().get()).intValue();
        }
        var name = either.toOption().get().name();
        if (parameters.get(name) instanceof IntegralValue number) {
            return (int) number.longValue();
        }
        throw new ParameterWrongTypeException("Expected parameter $" + name + " to have type Integer");
    }
}
