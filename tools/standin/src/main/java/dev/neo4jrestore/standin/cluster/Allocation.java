package dev.neo4jrestore.standin.cluster;

import java.util.List;

/**
 * What the system database asks for one user database: which servers hold it, and where its first store comes from.
 * {@code incarnation} grows with every recreate; {@code seeded}: this incarnation has had its first store.
 */
public record Allocation(
        String id,
        String name,
        long incarnation,
        boolean online,
        List<String> hosts,
        int primaries,
        List<String> seeders,
        String seedUri,
        boolean seeded) {
    public String key() {
        return id + "." + incarnation;
    }

    public boolean isPrimary(String server) {
        return hosts.indexOf(server) < primaries;
    }
}
