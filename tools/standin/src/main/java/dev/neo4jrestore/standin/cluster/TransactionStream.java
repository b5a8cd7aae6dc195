package dev.neo4jrestore.standin.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.neo4j.internal.id.IdGeneratorFactory;
import org.neo4j.internal.kernel.api.exceptions.TransactionFailureException;
import org.neo4j.io.fs.ByteBufferReadableChannel;
import org.neo4j.io.fs.OutputStreamWritableChannel;
import org.neo4j.io.fs.ReadPastEndException;
import org.neo4j.io.pagecache.context.CursorContextFactory;
import org.neo4j.kernel.BinarySupportedKernelVersions;
import org.neo4j.kernel.database.Database;
import org.neo4j.kernel.impl.api.CompleteTransaction;
import org.neo4j.kernel.impl.transaction.log.CommittedCommandBatchCursor;
import org.neo4j.kernel.impl.transaction.log.LogPosition;
import org.neo4j.kernel.impl.transaction.log.LogPositionMarker;
import org.neo4j.kernel.impl.transaction.log.LogicalTransactionStore;
import org.neo4j.kernel.impl.transaction.log.NoSuchLogEntryException;
import org.neo4j.kernel.impl.transaction.log.ReadableLogPositionAwareChannel;
import org.neo4j.kernel.impl.transaction.log.TransactionCommitmentFactory;
import org.neo4j.kernel.impl.transaction.log.entry.LogEntryWriter;
import org.neo4j.kernel.impl.transaction.log.entry.VersionAwareLogEntryReader;
import org.neo4j.storageengine.api.StorageEngine;
import org.neo4j.storageengine.api.TransactionIdStore;

/**
 * Transactions on their way from the writer's log to another member's: in the engine's own log format, and committed
 * there by the engine itself, so that both stores stay the same transaction by transaction.
 */
final class TransactionStream {
    private static final int BATCH_BYTES = 4 << 20;

    private TransactionStream() {}

    /** How far a store has come. Two stores with the same point have the same history. */
    record Point(long transaction, int checksum, long appendIndex) {
        static Point of(Database database) {
            var last = database.getDependencyResolver()
                    .resolveDependency(TransactionIdStore.class)
                    .getLastCommittedTransaction();
            return new Point(last.id(), last.checksum(), last.appendIndex());
        }
    }

    /** What was committed after the point; empty when the log cannot tell, or the point lies on another history. */
    static Optional<byte[]> after(Database database, Point point) throws IOException {
        var own = Point.of(database);
        if (own.equals(point)) {
            return Optional.of(new byte[0]);
        }
        if (point.transaction() >= own.transaction()) {
            return Optional.empty();
        }
        var bytes = new ByteArrayOutputStream();
        var writer = new LogEntryWriter<>(
                new OutputStreamWritableChannel(bytes), new BinarySupportedKernelVersions(database.getConfig()));
        var log = database.getDependencyResolver().resolveDependency(LogicalTransactionStore.class);
        try (var batches = log.getCommandBatches(point.appendIndex())) {
            if (!batches.next()
                    || batches.get().txId() != point.transaction()
                    || batches.get().checksum() != point.checksum()) {
                return Optional.empty();
            }
            while (batches.next() && bytes.size() < BATCH_BYTES) {
                batches.get().serialize(writer);
            }
        } catch (NoSuchLogEntryException e) {
            return Optional.empty();
        }
        return Optional.of(bytes.toByteArray());
    }

    static void apply(Database database, CommitGate gate, byte[] transactions)
            throws IOException, TransactionFailureException {
        var dependencies = database.getDependencyResolver();
        var engine = dependencies.resolveDependency(StorageEngine.class);
        var contexts = dependencies.resolveDependency(CursorContextFactory.class);
        var ids = dependencies.resolveDependency(TransactionIdStore.class);
        var commitments = dependencies.resolveDependency(TransactionCommitmentFactory.class);
        var reader = new VersionAwareLogEntryReader(
                database.getStorageEngineFactory().commandReaderFactory(),
                new BinarySupportedKernelVersions(database.getConfig()));
        try (var batches = new CommittedCommandBatchCursor(new Received(transactions), reader)) {
            while (batches.next()) {
                try (var context = contexts.create("replication");
                        var cursors = engine.createStorageCursors(context)) {
                    gate.replicate(new CompleteTransaction(
                            batches.get(),
                            context,
                            cursors,
                            commitments.newCommitment(),
                            id -> draw(ids, id)));
                }
            }
        }
        // Ids that seemed free may be taken now: nobody may find them in a cache when this member writes.
        try (var context = contexts.create("replication")) {
            dependencies.resolveDependency(IdGeneratorFactory.class).clearCache(true, context);
        }
    }

    /** The writer's id, also for the counter of this store: it may be the next writer. */
    private static long draw(TransactionIdStore ids, long id) {
        while (ids.nextCommittingTransactionId() < id) {
            // Ids that the writer has drawn in vain.
        }
        return id;
    }

    private static final class Received extends ByteBufferReadableChannel implements ReadableLogPositionAwareChannel {
        private final ByteBuffer buffer;

        private Received(byte[] bytes) {
            this(ByteBuffer.wrap(bytes));
        }

        private Received(ByteBuffer buffer) {
            super(buffer);
            this.buffer = buffer;
        }

        @Override
        public byte get() throws IOException {
            if (!buffer.hasRemaining()) {
                throw ReadPastEndException.INSTANCE;
            }
            return super.get();
        }

        @Override
        public LogPositionMarker getCurrentLogPosition(LogPositionMarker marker) {
            marker.mark(0, buffer.position());
            return marker;
        }

        @Override
        public LogPosition getCurrentLogPosition() {
            return new LogPosition(0, buffer.position());
        }

        @Override
        public void setLogPosition(LogPositionMarker marker) {
            buffer.position((int) marker.getByteOffset());
        }
    }
}
