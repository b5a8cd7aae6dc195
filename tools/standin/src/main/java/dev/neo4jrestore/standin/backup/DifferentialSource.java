package dev.neo4jrestore.standin.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.neo4j.dbms.archive.Dumper;
import org.neo4j.dbms.archive.backup.BackupDescription;
import org.neo4j.dbms.archive.backup.BackupFormatSelector;
import org.neo4j.io.fs.FileSystemAbstraction;
import org.neo4j.io.fs.FileUtils;
import org.neo4j.kernel.database.Database;
import org.neo4j.kernel.impl.transaction.log.files.TransactionLogFilesHelper;
import org.neo4j.storageengine.api.TransactionIdStore;

/**
 * Takes a differential backup: the engine's own transaction logs, in the engine's own backup format. The log files are
 * whole, so they also hold what earlier artifacts of the chain hold; replay begins where the store of the full one ends.
 */
final class DifferentialSource {
    private DifferentialSource() {}

    static long lastAppendIndex(Database database) {
        return database.getDependencyResolver()
                .resolveDependency(TransactionIdStore.class)
                .getLastCommittedTransaction()
                .appendIndex();
    }

    /** @param after the highest append index of the backup that this one continues */
    static void write(Database database, long after, Path artifact) throws IOException {
        // Both before the logs are read: everything up to this moment is in them.
        var time = LocalDateTime.now(ZoneOffset.UTC);
        var last = lastAppendIndex(database);
        var copy = Files.createTempDirectory("differential-");
        try {
            var store = Files.createDirectory(copy.resolve("store"));
            var logs = Files.createDirectory(copy.resolve("logs"));
            if (last > after) {
                copyLogs(database, logs);
            }
            dump(database, description(database, time, after, last), store, logs, artifact);
        } finally {
            FileUtils.deleteDirectory(copy);
        }
    }

    private static void copyLogs(Database database, Path to) throws IOException {
        var fs = database.getDependencyResolver().resolveDependency(FileSystemAbstraction.class);
        var directory = database.getDatabaseLayout().getTransactionLogsDirectory();
        for (var log : TransactionLogFilesHelper.forTransactions(fs, directory).getMatchedFiles()) {
            BackupSource.copyFile(log, to.resolve(log.getFileName()));
        }
    }

    private static BackupDescription description(Database database, LocalDateTime time, long after, long last) {
        var id = database.getNamedDatabaseId();
        var empty = last <= after;
        return new BackupDescription(
                id.name(),
                database.getStoreId(),
                id.databaseId(),
                time,
                false,
                true,
                false,
                empty ? 0 : after + 1,
                empty ? 0 : last);
    }

    private static void dump(
            Database database, BackupDescription description, Path store, Path logs, Path artifact)
            throws IOException {
        var format = BackupFormatSelector.selectFormat(true);
        format.setMetadata(description.withMetadataScript(MetadataScript.TEXT));
        var dumper = new Dumper(database.getDependencyResolver().resolveDependency(FileSystemAbstraction.class));
        dumper.dump(store, logs, dumper.openForDump(artifact, true), format, path -> false);
    }
}
