package dev.neo4jrestore.standin.cluster;

import dev.neo4jrestore.standin.cluster.MemberStatus.DatabaseState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which server writes which database, decided by the leader alone. A writer stays while it lives; else the host whose
 * store has the most transactions follows. Only a store that its server knows counts: one that was put there behind its
 * back loses to another host's old one, as it would with Raft's state beside it.
 */
public final class Writers {
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final Map<String, String> chosen = new HashMap<>();
    private final Map<String, Long> undecidedSince = new HashMap<>();

    /** What the leader says; a member that takes over goes on from there. */
    public synchronized void adopt(Map<String, String> told) {
        chosen.clear();
        chosen.putAll(told);
    }

    public synchronized Map<String, String> all() {
        return Map.copyOf(chosen);
    }

    public synchronized Optional<String> of(String key) {
        return Optional.ofNullable(chosen.get(key));
    }

    /** {@code servers}: everyone who serves now, this one included. */
    public synchronized void decide(List<Allocation> wanted, Map<String, MemberStatus> servers) {
        var online = wanted.stream().filter(Allocation::online).toList();
        var keys = online.stream().map(Allocation::key).toList();
        chosen.keySet().retainAll(keys);
        undecidedSince.keySet().retainAll(keys);
        for (var database : online) {
            var key = database.key();
            var writer = chosen.get(key);
            if (writer == null || !stays(database, servers.get(writer))) {
                // Everyone may still be on the way at the start; when a writer is lost, nobody waits for the rest.
                undecidedSince.putIfAbsent(key, writer == null ? System.nanoTime() : System.nanoTime() - PATIENCE_NANOS);
                choose(database, servers).ifPresentOrElse(next -> chosen.put(key, next), () -> chosen.remove(key));
            }
        }
    }

    private static boolean stays(Allocation database, MemberStatus writer) {
        if (writer == null || !database.hosts().contains(writer.serverId())) {
            return false;
        }
        var state = writer.databases().get(database.key());
        return state == null || !state.failed();
    }

    private Optional<String> choose(Allocation database, Map<String, MemberStatus> servers) {
        var primaries = database.hosts().stream().filter(database::isPrimary).toList();
        var present = primaries.stream().filter(servers::containsKey).toList();
        var waited = System.nanoTime() - undecidedSince.get(database.key());
        if (present.size() < primaries.size() && waited < PATIENCE_NANOS) {
            return Optional.empty();
        }
        var stored = present.stream()
                .filter(server -> state(database, servers, server).filter(DatabaseState::stored).isPresent())
                .toList();
        if (!stored.isEmpty()) {
            return present.size() > primaries.size() / 2 ? newest(database, servers, stored) : Optional.empty();
        }
        if (database.seeded()) {
            return newest(database, servers, present);
        }
        if (!database.seeders().isEmpty()) {
            return newest(database, servers, present.stream().filter(database.seeders()::contains).toList());
        }
        // Nothing says where the first store is: the choice may fall on a server without files, as it may in reality.
        return database.seedUri() == null && !present.isEmpty()
                ? Optional.of(present.get(present.size() - 1))
                : Optional.empty();
    }

    private static Optional<String> newest(
            Allocation database, Map<String, MemberStatus> servers, List<String> candidates) {
        return candidates.stream()
                .filter(server -> state(database, servers, server).isPresent())
                .max(Comparator.comparing((String server) -> !state(database, servers, server).orElseThrow().failed())
                        .thenComparing(server -> Objects.requireNonNullElse(
                                state(database, servers, server).orElseThrow().lastTx(), 0L)));
    }

    private static Optional<DatabaseState> state(
            Allocation database, Map<String, MemberStatus> servers, String server) {
        return Optional.ofNullable(servers.get(server)).map(status -> status.databases().get(database.key()));
    }
}
