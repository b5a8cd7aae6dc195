package dev.neo4jrestore.standin.server;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseStatus;
import org.neo4j.exceptions.InvalidArgumentException;
import org.neo4j.internal.kernel.api.exceptions.ProcedureException;
import org.neo4j.kernel.api.exceptions.Status;
import org.neo4j.kernel.database.NamedDatabaseId;

/** What {@code dbms.cluster.recreateDatabase} does: the same database gets its first store once more. Public for the engine. */
public final class Recreation {
    private static final Set<String> OPTIONS = Set.of("seedURI", "seedingServers", "primaries", "secondaries");

    private final SystemGraph graph;
    private final ClusterMember cluster;

    /** {@code cluster} is null for a server on its own. */
    Recreation(SystemGraph graph, ClusterMember cluster) {
        this.graph = graph;
        this.cluster = cluster;
    }

    void recreate(String name, Map<String, Object> options) throws ProcedureException {
        if (cluster == null) {
            throw new InvalidArgumentException("The stand-in recreates databases in a cluster only.");
        }
        if (!cluster.leading()) {
            throw new ProcedureException(
                    Status.Cluster.NotALeader, "The database can only be recreated on the leader of system.");
        }
        options.keySet().stream().filter(option -> !OPTIONS.contains(option)).findFirst().ifPresent(option -> {
            throw new InvalidArgumentException("Unrecognised option '" + option + "', expected one of " + OPTIONS);
        });
        var id = graph.find(name)
                .filter(found -> !found.isSystemDatabase())
                .orElseThrow(() -> new ProcedureException(
                        Status.Database.DatabaseNotFound, "Unable to recreate database '%s': it does not exist.", name));
        seed(id, (String) options.get("seedURI"), servers(options.get("seedingServers")), options);
        cluster.settle();
    }

    private void seed(NamedDatabaseId id, String uri, List<String> seeders, Map<String, Object> options) {
        if (uri == null && seeders == null || uri != null && seeders != null && !seeders.isEmpty()) {
            throw new InvalidArgumentException(
                    "Recreating needs either seedURI or seedingServers; beside seedURI seedingServers must be empty.");
        }
        var before = graph.allocation(id).orElseThrow();
        var primaries = number(options.get("primaries"), before.primaries());
        var secondaries = number(options.get("secondaries"), before.hosts().size() - before.primaries());
        var keep = primaries == before.primaries() && primaries + secondaries == before.hosts().size();
        var hosts = keep ? before.hosts() : cluster.allocator().choose(primaries + secondaries, before.hosts());
        // With an empty list the stores that are there win, whatever the URI says.
        var from = seeders == null ? List.<String>of() : seeders.isEmpty() ? before.hosts() : seeders;
        graph.change(
                id.name(),
                Allocations.hosts(hosts, primaries)
                        .andThen(Allocations.seed(from, from.isEmpty() ? uri : null))
                        .andThen(Allocations::renew));
        graph.request(id.name(), DatabaseStatus.ONLINE);
    }

    private static int number(Object given, int otherwise) {
        return given instanceof Number number ? number.intValue() : otherwise;
    }

    private static List<String> servers(Object given) {
        return given instanceof List<?> list ? list.stream().map(String::valueOf).toList() : null;
    }
}
