package dev.neo4jrestore.standin.server;

import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseAccess.READ_ONLY;
import static org.neo4j.dbms.systemgraph.TopologyGraphDbmsModel.DatabaseAccess.READ_WRITE;

import dev.neo4jrestore.standin.cluster.Allocation;
import dev.neo4jrestore.standin.cluster.MemberStatus;
import dev.neo4jrestore.standin.cluster.MemberStatus.DatabaseState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.database.DatabaseDetails;
import org.neo4j.dbms.database.ServerDetails;
import org.neo4j.dbms.database.TopologyInfoService;
import org.neo4j.dbms.database.readonly.ReadOnlyDatabases;
import org.neo4j.dbms.identity.ServerId;
import org.neo4j.graphdb.Transaction;
import org.neo4j.kernel.database.NamedDatabaseId;

/** What the engine's own SHOW DATABASES asks about each database in a cluster: one answer for each server that holds it. */
record ClusterTopology(
        TopologyInfoService community, ClusterMember member, SystemGraph graph, ReadOnlyDatabases readOnly)
        implements TopologyInfoService {

    @Override
    public Set<ServerDetails> servers(Transaction transaction) {
        return community.servers(transaction);
    }

    @Override
    public Set<DatabaseDetails> databases(Transaction transaction, Set<NamedDatabaseId> ids, RequestedExtras wanted) {
        var statuses = member.servers().stream()
                .map(server -> member.status(server.id()))
                .flatMap(Optional::stream)
                .collect(Collectors.toMap(MemberStatus::serverId, status -> status));
        return ids.stream()
                .flatMap(id -> id.isSystemDatabase() ? system(id, statuses, wanted) : user(id, statuses, wanted))
                .collect(Collectors.toSet());
    }

    private Stream<DatabaseDetails> system(
            NamedDatabaseId id, Map<String, MemberStatus> statuses, RequestedExtras wanted) {
        var store = community.databases(null, Set.of(id), wanted).iterator().next().storeId();
        var hosts = member.servers().stream().map(ServerRegistry.Entry::id).toList();
        return hosts.stream().map(server -> {
            var state = Optional.ofNullable(statuses.get(server)).map(status -> new DatabaseState(
                    "online", "", status.systemTx(), null, null, true, true, false, false));
            var end = member.systemWriter().map(statuses::get).map(MemberStatus::systemTx);
            var details = details(id, server, state, hosts, hosts.size(), member.systemWriter(), end, statuses);
            return wanted.storeInfo() && state.isPresent() ? withStore(details, store) : details;
        });
    }

    private Stream<DatabaseDetails> user(
            NamedDatabaseId id, Map<String, MemberStatus> statuses, RequestedExtras wanted) {
        return graph.allocation(id).stream().flatMap(allocation -> allocation.hosts().stream().map(server -> {
            var state = Optional.ofNullable(statuses.get(server))
                    .map(status -> Optional.ofNullable(status.databases().get(allocation.key()))
                            .orElse(notThereYet(allocation)));
            var writer = member.writer(allocation);
            var end = writer.map(statuses::get)
                    .map(status -> status.databases().get(allocation.key()))
                    .filter(DatabaseState::online)
                    .map(DatabaseState::lastTx);
            return details(id, server, state, allocation.hosts(), allocation.primaries(), writer, end, statuses);
        }));
    }

    private static DatabaseState notThereYet(Allocation allocation) {
        return new DatabaseState(allocation.online() ? "initial" : "offline", "", null, null, null, true, false, true, false);
    }

    private DatabaseDetails details(
            NamedDatabaseId id,
            String server,
            Optional<DatabaseState> state,
            List<String> hosts,
            int primaries,
            Optional<String> writer,
            Optional<Long> end,
            Map<String, MemberStatus> statuses) {
        var primary = hosts.indexOf(server) < primaries;
        var status = Optional.ofNullable(statuses.get(server));
        var live = hosts.stream().filter(statuses::containsKey).toList();
        var livePrimaries = (int) live.stream().filter(host -> hosts.indexOf(host) < primaries).count();
        return new DatabaseDetails(
                Optional.of(new ServerId(UUID.fromString(server))),
                readOnly.isReadOnly(id.databaseId()) ? READ_ONLY : READ_WRITE,
                status.map(MemberStatus::bolt).map(ClusterTopology::address),
                Optional.of(state.isEmpty()
                        ? DatabaseDetails.STATUS_UNKNOWN
                        : primary ? DatabaseDetails.ROLE_PRIMARY : DatabaseDetails.ROLE_SECONDARY),
                state.filter(DatabaseState::online).isPresent() && writer.filter(server::equals).isPresent(),
                state.map(DatabaseState::status).orElse(DatabaseDetails.STATUS_UNKNOWN),
                state.map(DatabaseState::message).orElse("Server is unavailable"),
                state.filter(DatabaseState::online).map(DatabaseState::lastTx),
                lag(state, end),
                id,
                id.isSystemDatabase() ? DatabaseDetails.TYPE_SYSTEM : DatabaseDetails.TYPE_STANDARD,
                Map.of(),
                state.map(DatabaseState::storeId).map(StoreFacts::storeId),
                state.map(DatabaseState::databaseId).map(StoreFacts::databaseId),
                livePrimaries,
                live.size() - livePrimaries);
    }

    /** As documented: how many transactions it is behind the writer, as a negative number; told of what is online. */
    private static Optional<Long> lag(Optional<DatabaseState> state, Optional<Long> end) {
        return state.filter(DatabaseState::online)
                .map(DatabaseState::lastTx)
                .map(own -> Math.min(0, own - end.orElse(own)));
    }

    private static DatabaseDetails withStore(
            DatabaseDetails details, Optional<org.neo4j.storageengine.api.StoreId> store) {
        return new DatabaseDetails(
                details.serverId(),
                details.databaseAccess(),
                details.boltAddress(),
                details.role(),
                details.writer(),
                details.status(),
                details.statusMessage(),
                details.lastCommittedTxId(),
                details.txCommitLag(),
                details.namedDatabaseId(),
                details.type(),
                details.options(),
                store,
                details.externalStoreId(),
                details.actualPrimariesCount(),
                details.actualSecondariesCount());
    }

    private static SocketAddress address(String text) {
        var colon = text.lastIndexOf(':');
        return new SocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
