package dev.neo4jrestore.standin.server;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.neo4j.bolt.dbapi.BoltGraphDatabaseServiceSPI;
import org.neo4j.bolt.dbapi.BoltQueryExecution;
import org.neo4j.bolt.dbapi.BoltTransaction;
import org.neo4j.bolt.protocol.common.message.AccessMode;
import org.neo4j.bolt.protocol.common.message.request.connection.RoutingContext;
import org.neo4j.internal.kernel.api.connectioninfo.ClientConnectionInfo;
import org.neo4j.internal.kernel.api.security.AuthenticationResult;
import org.neo4j.internal.kernel.api.security.LoginContext;
import org.neo4j.internal.kernel.api.exceptions.TransactionFailureException;
import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.kernel.api.exceptions.Status;
import org.neo4j.kernel.database.DatabaseReference;
import org.neo4j.kernel.impl.query.QueryExecutionConfiguration;
import org.neo4j.kernel.impl.query.QueryExecutionKernelException;
import org.neo4j.kernel.impl.query.QuerySubscriber;
import org.neo4j.values.virtual.MapValue;

/**
 * Stands between the engine's Bolt server and the engine: the administration commands that Community refuses are answered
 * by {@link AdminCommands}, everything else passes through untouched.
 */
record AdminBolt(BoltGraphDatabaseServiceSPI engine, AdminCommands commands) implements BoltGraphDatabaseServiceSPI {
    @Override
    public BoltTransaction beginTransaction(
            KernelTransaction.Type type,
            LoginContext login,
            ClientConnectionInfo client,
            List<String> bookmarks,
            Duration timeout,
            AccessMode accessMode,
            Map<String, Object> metadata,
            RoutingContext routing,
            QueryExecutionConfiguration configuration) {
        var transaction = engine.beginTransaction(
                type, login, client, bookmarks, timeout, accessMode, metadata, routing, configuration);
        // Someone who must first change the password may run nothing else: the engine says so.
        var mayCommand = login.subject().getAuthenticationResult() == AuthenticationResult.SUCCESS;
        return mayCommand ? new Transaction(transaction, commands, accessMode) : transaction;
    }

    @Override
    public DatabaseReference getDatabaseReference() {
        return engine.getDatabaseReference();
    }

    private static final class Transaction implements BoltTransaction {
        private final BoltTransaction engine;
        private final AdminCommands commands;
        private final AccessMode accessMode;
        private boolean released;

        private Transaction(BoltTransaction engine, AdminCommands commands, AccessMode accessMode) {
            this.engine = engine;
            this.commands = commands;
            this.accessMode = accessMode;
        }

        @Override
        public BoltQueryExecution executeQuery(
                String query, MapValue parameters, boolean prePopulate, QuerySubscriber subscriber)
                throws QueryExecutionKernelException {
            var command = commands.parse(query);
            if (command.isEmpty()) {
                return engine.executeQuery(query, parameters, prePopulate, subscriber);
            }
            release();
            return commands.execute(command.get(), query, parameters, accessMode, subscriber);
        }

        /** The session's own transaction would keep its database from stopping while the command waits for just that. */
        private void release() {
            try {
                commit();
            } catch (TransactionFailureException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void commit() throws TransactionFailureException {
            if (!released) {
                released = true;
                engine.commit();
            }
        }

        @Override
        public void rollback() throws TransactionFailureException {
            if (!released) {
                released = true;
                engine.rollback();
            }
        }

        @Override
        public void close() throws TransactionFailureException {
            engine.close();
        }

        @Override
        public void markForTermination(Status reason) {
            engine.markForTermination(reason);
        }

        @Override
        public void markForTermination() {
            engine.markForTermination();
        }

        @Override
        public Optional<Status> getReasonIfTerminated() {
            return engine.getReasonIfTerminated();
        }

        @Override
        public String getBookmark() {
            return engine.getBookmark();
        }
    }
}
