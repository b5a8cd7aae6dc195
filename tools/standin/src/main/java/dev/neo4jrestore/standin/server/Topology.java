package dev.neo4jrestore.standin.server;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.neo4j.dbms.database.DatabaseDetails;
import org.neo4j.dbms.database.DefaultDatabaseDetailsExtrasProvider;
import org.neo4j.dbms.database.ServerDetails;
import org.neo4j.dbms.database.TopologyInfoService;
import org.neo4j.graphdb.Transaction;
import org.neo4j.kernel.database.NamedDatabaseId;

/**
 * What the engine's own SHOW DATABASES asks about each database: Community's answer, with the states between online and
 * offline, the reason of a failed start, and the last committed transaction, which Community leaves out.
 */
final class Topology implements TopologyInfoService {
    private static final RequestedExtras TRANSACTIONS = new RequestedExtras(true, false);

    private final TopologyInfoService community;
    private final DefaultDatabaseDetailsExtrasProvider extras;
    private final Databases databases;

    Topology(TopologyInfoService community, DefaultDatabaseDetailsExtrasProvider extras, Databases databases) {
        this.community = community;
        this.extras = extras;
        this.databases = databases;
    }

    @Override
    public Set<ServerDetails> servers(Transaction transaction) {
        return community.servers(transaction);
    }

    @Override
    public Set<DatabaseDetails> databases(Transaction transaction, Set<NamedDatabaseId> ids, RequestedExtras wanted) {
        // Looked at first: what is told as online had its store open by the time that Community looks at it.
        var statuses = ids.stream().collect(Collectors.toMap(id -> id, databases::status));
        return community.databases(transaction, ids, wanted).stream()
                .map(details -> complete(details, statuses.get(details.namedDatabaseId()), wanted))
                .collect(Collectors.toSet());
    }

    private DatabaseDetails complete(DatabaseDetails details, String status, RequestedExtras wanted) {
        var id = details.namedDatabaseId();
        var lastTransaction = wanted.txInfo()
                ? extras.extraDetails(id.databaseId(), TRANSACTIONS).lastCommittedTxId()
                : Optional.<Long>empty();
        return new DatabaseDetails(
                details.serverId(),
                details.databaseAccess(),
                details.boltAddress(),
                details.role(),
                details.writer(),
                status,
                databases.statusMessage(id),
                lastTransaction,
                details.txCommitLag(),
                id,
                details.type(),
                details.options(),
                details.storeId(),
                details.externalStoreId(),
                details.actualPrimariesCount(),
                details.actualSecondariesCount());
    }
}
