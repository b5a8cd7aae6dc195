package dev.neo4jrestore.standin.server;

import dev.neo4jrestore.standin.Faults;
import dev.neo4jrestore.standin.cluster.Allocation;
import dev.neo4jrestore.standin.cluster.CommitGate;
import dev.neo4jrestore.standin.cluster.Follower;
import dev.neo4jrestore.standin.cluster.Member;
import dev.neo4jrestore.standin.cluster.StoreCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.neo4j.dbms.api.DatabaseManagementException;
import org.neo4j.io.fs.FileSystemAbstraction;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.kernel.database.Database;
import org.neo4j.kernel.database.NamedDatabaseId;
import org.neo4j.logging.InternalLog;
import org.neo4j.storageengine.api.StorageEngineFactory;

/**
 * Which store a database of a cluster gets on this server. Its own where the server knows it and its history is the
 * writer's; the first writer takes what its directories hold, or the seed; everyone else copies the writer's.
 */
final class ClusterPlacement implements Placement {
    private static final double PAUSE_SECONDS = 0.1;

    private final ClusterMember member;
    private final SystemGraph graph;
    private final Neo4jLayout layout;
    private final FileSystemAbstraction fs;
    private final Faults faults;
    private final InternalLog log;
    private final SeedProviders seeds;
    private final Map<NamedDatabaseId, CommitGate> gates = new ConcurrentHashMap<>();
    private final Map<NamedDatabaseId, String> open = new ConcurrentHashMap<>();
    private final Map<NamedDatabaseId, Follower> followers = new ConcurrentHashMap<>();
    private Databases databases;

    ClusterPlacement(
            ClusterMember member,
            SystemGraph graph,
            Neo4jLayout layout,
            FileSystemAbstraction fs,
            Faults faults,
            InternalLog log,
            SeedProviders seeds) {
        this.member = member;
        this.graph = graph;
        this.layout = layout;
        this.fs = fs;
        this.faults = faults;
        this.log = log;
        this.seeds = seeds;
    }

    void attach(Databases databases) {
        this.databases = databases;
    }

    CommitGate gate(NamedDatabaseId id) {
        return gates.computeIfAbsent(id, key -> new CommitGate(() -> member.writes(open.getOrDefault(id, ""))));
    }

    @Override
    public boolean hosts(NamedDatabaseId id) {
        return graph.allocation(id).filter(allocation -> allocation.hosts().contains(member.selfId())).isPresent();
    }

    @Override
    public boolean outdated(NamedDatabaseId id) {
        return graph.allocation(id).filter(allocation -> !allocation.key().equals(open.get(id))).isPresent();
    }

    @Override
    public boolean prepare(NamedDatabaseId id, Consumer<String> state) {
        open.remove(id);
        while (!member.stopped() && !Thread.currentThread().isInterrupted()) {
            var wanted = graph.allocation(id).filter(Allocation::online).filter(this::isHere);
            if (wanted.isEmpty()) {
                return false;
            }
            try {
                if (tryPrepare(wanted.get(), state)) {
                    open.put(id, wanted.get().key());
                    return true;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Faults.pause(PAUSE_SECONDS);
        }
        return false;
    }

    @Override
    public void opened(Database database) {
        var id = database.getNamedDatabaseId();
        var key = open.get(id);
        var memo = member.memo();
        memo.remember(key, id.name());
        memo.keys().stream()
                .filter(known -> known.startsWith(id.databaseId().uuid() + ".") && !known.equals(key))
                .forEach(memo::forget);
        var follower =
                new Follower(database, gate(id), member.peers(), () -> source(id), () -> {}, () -> diverged(id), log);
        followers.put(id, follower);
        follower.start();
    }

    @Override
    public void closing(NamedDatabaseId id) {
        var follower = followers.remove(id);
        if (follower != null) {
            follower.stop();
        }
    }

    private boolean isHere(Allocation allocation) {
        return allocation.hosts().contains(member.selfId());
    }

    /** False while the writer that decides is not there yet. */
    private boolean tryPrepare(Allocation wanted, Consumer<String> state) throws IOException, InterruptedException {
        var writer = member.writer(wanted);
        var mine = writer.filter(member.selfId()::equals).isPresent();
        if (member.memo().knows(wanted.key(), wanted.name())) {
            return mine || writer.filter(server -> serves(server, wanted)).isPresent();
        }
        if (wanted.seedUri() != null && !wanted.seeded()) {
            seeding(wanted);
            seeds.into(wanted.seedUri(), layout.databaseLayout(wanted.name()), fs);
            return true;
        }
        if (mine) {
            if (!wanted.seeders().isEmpty()) {
                seeding(wanted);
                requireStore(wanted);
            }
            return true;
        }
        var source = writer.filter(server -> serves(server, wanted)).flatMap(member.peers()::memberOf);
        if (source.isEmpty()) {
            return false;
        }
        seeding(wanted);
        state.accept("store copying");
        StoreCopy.from(member.peers(), source.get(), layout.databaseLayout(wanted.name()), fs);
        return true;
    }

    private void seeding(Allocation wanted) {
        faults.delay("seed-delay." + wanted.name());
        faults.get("seed-fail." + wanted.name()).ifPresent(message -> {
            throw new DatabaseManagementException(message);
        });
    }

    private void requireStore(Allocation wanted) {
        if (StorageEngineFactory.selectStorageEngine(fs, layout.databaseLayout(wanted.name())).isEmpty()) {
            throw new DatabaseManagementException("No store found on any of the seeders " + wanted.seeders());
        }
    }

    private boolean serves(String server, Allocation wanted) {
        return member.status(server)
                .map(status -> status.databases().get(wanted.key()))
                .filter(state -> state.serves())
                .isPresent();
    }

    private Optional<Member> source(NamedDatabaseId id) {
        return graph.allocation(id)
                .flatMap(member::writer)
                .filter(writer -> !writer.equals(member.selfId()))
                .flatMap(member.peers()::memberOf);
    }

    private void diverged(NamedDatabaseId id) {
        member.memo().forget(open.getOrDefault(id, ""));
        databases.reopen(id);
    }
}
