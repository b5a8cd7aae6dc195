package dev.neo4jrestore.standin.server;

import dev.neo4jrestore.standin.Faults;
import dev.neo4jrestore.standin.cluster.MemberStatus;
import dev.neo4jrestore.standin.server.WaitRows.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.neo4j.kernel.database.NamedDatabaseId;

/** WAIT in a cluster: every enabled server, as it reports itself. One that is down is waited for as well. */
record ClusterAudience(ClusterMember member, SystemGraph graph, ServerRegistry registry) implements WaitRows.Audience {
    private static final double PAUSE_SECONDS = 0.1;

    @Override
    public List<Outcome> await(NamedDatabaseId id, CompletableFuture<Void> here, long seconds)
            throws InterruptedException {
        var change = member.systemTx();
        member.settle();
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            if (registry.all().stream().allMatch(server -> outcome(server, id, change).isPresent())) {
                break;
            }
            Faults.pause(PAUSE_SECONDS);
        }
        return registry.all().stream()
                .map(server -> outcome(server, id, change).orElseGet(() -> unfinished(server)))
                .toList();
    }

    private Outcome unfinished(ServerRegistry.Entry server) {
        return member.status(server.id()).isPresent()
                ? Outcome.late(server.bolt())
                : new Outcome(server.bolt(), "NotAvailable", "server is not available", false);
    }

    private Optional<Outcome> outcome(ServerRegistry.Entry server, NamedDatabaseId id, long change) {
        return member.status(server.id())
                .filter(status -> status.settledTx() >= change)
                .flatMap(status -> outcome(server, id, status));
    }

    private Optional<Outcome> outcome(ServerRegistry.Entry server, NamedDatabaseId id, MemberStatus status) {
        var state = graph.allocation(id).map(allocation -> status.databases().get(allocation.key()));
        if (state.isEmpty()) {
            // Dropped, or not yet heard of there.
            return graph.allocation(id).isEmpty() && !status.busy().contains(id.name())
                    ? Optional.of(Outcome.settled(server.bolt(), ""))
                    : Optional.empty();
        }
        return state.filter(known -> !known.busy())
                .map(known -> Outcome.settled(server.bolt(), known.failed() ? known.message() : ""));
    }
}
