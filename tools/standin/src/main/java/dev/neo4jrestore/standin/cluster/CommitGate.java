package dev.neo4jrestore.standin.cluster;

import java.util.function.BooleanSupplier;
import org.neo4j.dbms.database.readonly.DatabaseReadOnlyChecker;
import org.neo4j.internal.kernel.api.exceptions.TransactionFailureException;
import org.neo4j.kernel.api.exceptions.Status;
import org.neo4j.kernel.impl.api.CommandCommitListeners;
import org.neo4j.kernel.impl.api.TransactionCommitProcess;
import org.neo4j.kernel.impl.factory.DefaultTransactionalProcessFactory;
import org.neo4j.kernel.impl.transaction.log.TransactionAppender;
import org.neo4j.kernel.impl.transaction.tracing.TransactionWriteEvent;
import org.neo4j.storageengine.api.StorageEngine;
import org.neo4j.storageengine.api.StorageEngineTransaction;
import org.neo4j.storageengine.api.TransactionApplicationMode;

/**
 * The way of one database's transactions into its store: those of clients pass only where the database is written, those
 * that come from the writer pass always.
 */
public final class CommitGate extends DefaultTransactionalProcessFactory {
    private final BooleanSupplier writable;
    private volatile TransactionCommitProcess store;

    public CommitGate(BooleanSupplier writable) {
        this.writable = writable;
    }

    @Override
    public TransactionCommitProcess create(
            TransactionAppender appender,
            StorageEngine storageEngine,
            DatabaseReadOnlyChecker readOnlyChecker,
            boolean preAllocateSpaceInStoreFiles,
            CommandCommitListeners commandCommitListeners,
            boolean prefetchPages) {
        // What the writer has committed is applied also where the database is read-only.
        store = super.create(
                appender,
                storageEngine,
                DatabaseReadOnlyChecker.writable(),
                preAllocateSpaceInStoreFiles,
                commandCommitListeners,
                prefetchPages);
        var guarded = super.create(
                appender,
                storageEngine,
                readOnlyChecker,
                preAllocateSpaceInStoreFiles,
                commandCommitListeners,
                prefetchPages);
        return (batch, event, mode) -> {
            if (!writable.getAsBoolean()) {
                throw notTheLeader();
            }
            return guarded.commit(batch, event, mode);
        };
    }

    void replicate(StorageEngineTransaction transaction) throws TransactionFailureException {
        store.commit(transaction, TransactionWriteEvent.NULL, TransactionApplicationMode.EXTERNAL);
    }

    private static TransactionFailureException notTheLeader() {
        return new TransactionFailureException(
                Status.Cluster.NotALeader,
                "No write operations are allowed directly on this database. Connect to the leader directly and execute"
                        + " this query there.");
    }
}
