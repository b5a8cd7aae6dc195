package dev.neo4jrestore.standin.server;

import dev.neo4jrestore.standin.cluster.Allocation;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.neo4j.exceptions.InvalidArgumentException;

/** Chooses servers for databases: those that host the fewest, and one that was named in any case. */
record Allocator(SystemGraph graph, ServerRegistry registry, int defaultPrimaries) {
    void allocateMissing() {
        for (var allocation : graph.allocations()) {
            if (allocation.hosts().isEmpty()) {
                var hosts = choose(defaultPrimaries, List.of());
                graph.change(allocation.name(), Allocations.hosts(hosts, defaultPrimaries));
            }
        }
    }

    List<String> choose(int count, List<String> named) {
        var servers = registry.all().stream().map(ServerRegistry.Entry::id).toList();
        if (count > servers.size()) {
            throw new InvalidArgumentException("The number of requested allocations (" + count
                    + ") is larger than the number of enabled servers (" + servers.size() + ").");
        }
        var allocations = graph.allocations();
        var byLoad = servers.stream().filter(server -> !named.contains(server)).sorted(
                Comparator.comparingLong(server -> load(server, allocations)));
        return Stream.concat(named.stream(), byLoad).limit(count).toList();
    }

    private static long load(String server, List<Allocation> allocations) {
        return allocations.stream().filter(allocation -> allocation.hosts().contains(server)).count();
    }
}
