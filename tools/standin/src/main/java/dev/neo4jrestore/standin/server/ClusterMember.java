package dev.neo4jrestore.standin.server;

import dev.neo4jrestore.standin.Faults;
import dev.neo4jrestore.standin.cluster.Allocation;
import dev.neo4jrestore.standin.cluster.CommitGate;
import dev.neo4jrestore.standin.cluster.Election;
import dev.neo4jrestore.standin.cluster.Follower;
import dev.neo4jrestore.standin.cluster.Member;
import dev.neo4jrestore.standin.cluster.MemberStatus;
import dev.neo4jrestore.standin.cluster.MemberStatus.DatabaseState;
import dev.neo4jrestore.standin.cluster.Membership;
import dev.neo4jrestore.standin.cluster.Peers;
import dev.neo4jrestore.standin.cluster.StoreMemo;
import dev.neo4jrestore.standin.cluster.Writers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neo4j.kernel.database.Database;
import org.neo4j.kernel.database.NamedDatabaseId;
import org.neo4j.kernel.lifecycle.LifecycleAdapter;
import org.neo4j.logging.InternalLog;
import org.neo4j.storageengine.api.TransactionIdStore;

/**
 * This server as a member of its cluster: a round several times a second, in which it hears the others, follows or leads,
 * and lets its databases follow. Everything that must be the same everywhere is in the system database, which is
 * replicated like any other.
 */
final class ClusterMember extends LifecycleAdapter {
    private static final long ROUND_MILLIS = 250;

    private final ServerRegistry.Entry self;
    private final Membership membership;
    private final Peers peers;
    private final Election election;
    private final Writers writers = new Writers();
    private final StoreMemo memo;
    private final SystemGraph graph;
    private final ServerRegistry registry;
    private final CommitGate systemGate;
    private final Allocator allocator;
    private final Runnable systemChanged;
    private final InternalLog log;
    private final StoreFacts facts;
    private Databases databases;
    private Thread heart;
    private Follower systemFollower;
    private volatile long settledTx;
    private volatile boolean stopped;

    ClusterMember(
            ServerRegistry.Entry self,
            ClusterSeat seat,
            SystemGraph graph,
            ServerRegistry registry,
            int defaultPrimaries,
            StoreFacts facts,
            Runnable systemChanged,
            InternalLog log) {
        this.self = self;
        this.membership = seat.membership();
        this.peers = seat.peers();
        this.election = seat.election();
        this.memo = seat.memo();
        this.systemGate = seat.systemGate();
        this.graph = graph;
        this.registry = registry;
        this.allocator = new Allocator(graph, registry, defaultPrimaries);
        this.facts = facts;
        this.systemChanged = systemChanged;
        this.log = log;
    }

    void attach(Databases databases) {
        this.databases = databases;
    }

    @Override
    public void start() {
        var system = databases.find(NamedDatabaseId.SYSTEM_DATABASE_NAME).orElseThrow();
        systemFollower = new Follower(
                system, systemGate, peers, this::systemSource, this::systemApplied, this::rejoin, log);
        systemFollower.start();
        heart = new Thread(this::beat, "cluster-round");
        heart.setDaemon(true);
        heart.start();
    }

    @Override
    public void stop() throws InterruptedException {
        stopped = true;
        systemFollower.stop();
        heart.interrupt();
        heart.join(1_000);
    }

    boolean stopped() {
        return stopped;
    }

    boolean leading() {
        return election.leading();
    }

    String selfId() {
        return self.id();
    }

    Peers peers() {
        return peers;
    }

    StoreMemo memo() {
        return memo;
    }

    Allocator allocator() {
        return allocator;
    }

    Optional<String> writer(Allocation database) {
        return writers.of(database.key());
    }

    boolean writes(String key) {
        return writers.of(key).filter(self.id()::equals).isPresent();
    }

    Optional<String> systemWriter() {
        return election.leading()
                ? Optional.of(self.id())
                : election.leader().flatMap(leader -> Optional.ofNullable(peers.alive().get(leader)))
                        .map(MemberStatus::serverId);
    }

    List<ServerRegistry.Entry> servers() {
        return registry.all();
    }

    /** Empty for one that is down. */
    Optional<MemberStatus> status(String serverId) {
        return serverId.equals(self.id()) ? Optional.of(status()) : peers.server(serverId);
    }

    List<ServerRows.Server> rows() {
        var allocations = graph.allocations();
        return registry.all().stream()
                .map(server -> {
                    var hosting = new ArrayList<>(List.of(NamedDatabaseId.SYSTEM_DATABASE_NAME));
                    allocations.stream()
                            .filter(allocation -> allocation.hosts().contains(server.id()))
                            .forEach(allocation -> hosting.add(allocation.name()));
                    var available = status(server.id()).isPresent();
                    return new ServerRows.Server(
                            server.id(),
                            server.bolt(),
                            server.http(),
                            available,
                            available ? hosting : List.of(),
                            hosting);
                })
                .toList();
    }

    MemberStatus status() {
        var states = new HashMap<String, DatabaseState>();
        for (var allocation : graph.allocations()) {
            graph.find(allocation.name()).ifPresent(id -> states.put(allocation.key(), state(id, allocation)));
        }
        return new MemberStatus(
                membership.self().address(),
                self.id(),
                self.bolt(),
                self.http(),
                true,
                election.leading(),
                election.term(),
                systemTx(),
                settledTx,
                writers.all(),
                states,
                databases.busyNames());
    }

    /** The last transaction of the system database here. */
    long systemTx() {
        return databases.find(NamedDatabaseId.SYSTEM_DATABASE_NAME)
                .filter(Database::isStarted)
                .map(ClusterMember::lastTx)
                .orElse(0L);
    }

    static long lastTx(Database database) {
        return database.getDependencyResolver()
                .resolveDependency(TransactionIdStore.class)
                .getLastCommittedTransactionId();
    }

    /** Lets this server's databases follow the system database, and notes how far they have heard of it. */
    void settle() {
        var heard = systemTx();
        databases.reconcileAll();
        settledTx = heard;
    }

    private DatabaseState state(NamedDatabaseId id, Allocation allocation) {
        var status = databases.status(id); // Before its store: what is told as online tells of its store.
        var open = databases.find(id.name()).filter(Database::isStarted);
        var stored = memo.knows(allocation.key(), allocation.name());
        // Who has the most is only asked while nobody writes.
        var elsewhere = open.isEmpty() && allocation.online() && writers.of(allocation.key()).isEmpty();
        return new DatabaseState(
                status,
                databases.statusMessage(id),
                open.map(ClusterMember::lastTx).or(() -> elsewhere ? facts.lastTx(id.name()) : Optional.empty()).orElse(null),
                open.map(StoreFacts::storeId).orElse(null),
                open.map(StoreFacts::databaseId).orElse(null),
                !databases.outdated(id),
                stored,
                databases.busy(id),
                databases.failed(id));
    }

    private void beat() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                peers.ask();
                election.decide(systemTx());
                if (election.leading()) {
                    lead();
                } else {
                    election.leader()
                            .map(leader -> peers.alive().get(leader))
                            .ifPresent(leader -> writers.adopt(leader.writers()));
                }
                settle();
                Thread.sleep(ROUND_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // A member that cannot commit just now tries again in the next round.
                log.warn("A round of the cluster failed", e);
                Faults.pause(ROUND_MILLIS / 1000.0);
            }
        }
    }

    private void lead() {
        var serving = new HashMap<String, MemberStatus>();
        peers.alive().values().stream()
                .filter(status -> status.serverId() != null)
                .forEach(status -> serving.put(status.serverId(), status));
        serving.put(self.id(), status());
        var known = registry.all().stream().map(ServerRegistry.Entry::id).toList();
        serving.values().stream()
                .filter(status -> !known.contains(status.serverId()))
                .sorted((a, b) -> a.address().compareTo(b.address()))
                .forEach(status ->
                        registry.enable(new ServerRegistry.Entry(status.serverId(), status.bolt(), status.http())));
        if (registry.all().size() == membership.all().size()) {
            allocator.allocateMissing();
        }
        var allocations = graph.allocations();
        writers.decide(allocations, serving);
        allocations.stream()
                .filter(allocation -> !allocation.seeded() && storedSomewhere(allocation, serving))
                .forEach(allocation -> graph.change(allocation.name(), Allocations::markSeeded));
    }

    private static boolean storedSomewhere(Allocation allocation, Map<String, MemberStatus> servers) {
        return servers.values().stream()
                .map(status -> status.databases().get(allocation.key()))
                .anyMatch(state -> state != null && state.stored() && state.serves());
    }

    private Optional<Member> systemSource() {
        return election.leading() ? Optional.empty() : election.leader();
    }

    private void systemApplied() {
        systemChanged.run();
        settle();
    }

    /** The system database cannot be exchanged while the engine runs: the next start takes the leader's. */
    private void rejoin() {
        memo.leave();
        log.error("The system database has another history than the leader's: this server starts again with that one");
        Runtime.getRuntime().halt(1);
    }
}
