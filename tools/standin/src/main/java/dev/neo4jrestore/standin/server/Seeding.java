package dev.neo4jrestore.standin.server;

import static org.neo4j.values.storable.Values.NO_VALUE;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.neo4j.cypher.internal.ast.CreateDatabase;
import org.neo4j.exceptions.InvalidArgumentException;
import org.neo4j.graphdb.Node;
import org.neo4j.values.virtual.MapValue;

/** TOPOLOGY and OPTIONS of CREATE DATABASE: where the new database lives, and what its first store is. */
record Seeding(ClusterMember cluster) {
    Consumer<Node> of(CreateDatabase command, MapValue parameters, String name) {
        var options = CommandArguments.options(command.options(), parameters);
        if (options.containsKey("existingdata") && !"use".equalsIgnoreCase(options.get("existingdata"))) {
            throw refused(name, "existingData", options.get("existingdata"), "'use'");
        }
        if (cluster == null) {
            return alone(command, options, name);
        }
        var topology = command.topology();
        var defaults = cluster.allocator().defaultPrimaries();
        var primaries = topology.isDefined() ? Topologies.primaries(topology.get(), parameters) : defaults;
        var secondaries = topology.isDefined() ? Topologies.secondaries(topology.get(), parameters) : 0;
        if (primaries < 1) {
            throw new InvalidArgumentException(
                    "Failed to create the specified database '" + name + "': at least one primary is needed.");
        }
        var seeder = seeder(options, name);
        var hosts = cluster.allocator().choose(primaries + secondaries, seeder);
        return Allocations.hosts(hosts, primaries).andThen(Allocations.seed(seeder, options.get("seeduri")));
    }

    private static Consumer<Node> alone(CreateDatabase command, Map<String, String> options, String name) {
        if (command.topology().isDefined()) {
            throw new InvalidArgumentException("Failed to create the specified database '" + name
                    + "': TOPOLOGY is not supported on a standalone server.");
        }
        if (options.containsKey("seeduri")) {
            throw new InvalidArgumentException("The stand-in seeds from a URI in a cluster only.");
        }
        return node -> {};
    }

    private List<String> seeder(Map<String, String> options, String name) {
        var named = Optional.ofNullable(options.get("existingdataseedserver"))
                .or(() -> Optional.ofNullable(options.get("existingdataseedinstance")));
        if (named.isEmpty()) {
            return List.of();
        }
        if (!options.containsKey("existingdata")) {
            throw refused(name, "existingData", String.valueOf(NO_VALUE), "'use' beside existingDataSeedServer");
        }
        if (options.containsKey("seeduri")) {
            throw refused(name, "seedURI", options.get("seeduri"), "either existingDataSeedServer or seedURI");
        }
        if (cluster.servers().stream().noneMatch(server -> server.id().equals(named.get()))) {
            throw refused(name, "existingDataSeedServer", named.get(), "the id of an enabled server");
        }
        return List.of(named.get());
    }

    private static InvalidArgumentException refused(String name, String option, String value, String allowed) {
        return new InvalidArgumentException("Could not create database '" + name + "' with specified " + option + " '"
                + value + "'. Expected " + allowed + ".");
    }
}
