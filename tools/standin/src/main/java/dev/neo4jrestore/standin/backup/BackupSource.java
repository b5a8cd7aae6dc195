package dev.neo4jrestore.standin.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.dbms.archive.Dumper;
import org.neo4j.dbms.archive.backup.BackupDescription;
import org.neo4j.dbms.archive.backup.BackupFormatSelector;
import org.neo4j.io.fs.FileSystemAbstraction;
import org.neo4j.io.fs.FileUtils;
import org.neo4j.io.layout.DatabaseLayout;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.io.pagecache.PageCache;
import org.neo4j.kernel.KernelVersionProvider;
import org.neo4j.kernel.database.Database;
import org.neo4j.kernel.database.DatabaseTracers;
import org.neo4j.kernel.impl.transaction.log.checkpoint.CheckPointer;
import org.neo4j.kernel.impl.transaction.log.checkpoint.SimpleTriggerInfo;
import org.neo4j.kernel.recovery.LogTailExtractor;
import org.neo4j.kernel.recovery.Recovery;
import org.neo4j.kernel.recovery.facade.RecoveryFacadeMonitor;
import org.neo4j.kernel.recovery.RecoveryMode;
import org.neo4j.kernel.monitoring.tracing.Tracers;
import org.neo4j.logging.NullLogProvider;
import org.neo4j.memory.EmptyMemoryTracker;

/**
 * Takes a full backup of a database that goes on serving: store files copied while checkpoints are held off, then the
 * transaction logs, then recovery of the copy, which brings it to one moment. The artifact is in the engine's own backup
 * format, the one that `neo4j-admin database load` of Community reads too.
 */
public final class BackupSource {
    private BackupSource() {}

    public static void write(Database database, Path artifact) throws IOException {
        var home = Files.createTempDirectory("backup-");
        try {
            var dependencies = database.getDependencyResolver();
            var fs = dependencies.resolveDependency(FileSystemAbstraction.class);
            var config = Config.newBuilder()
                    .fromConfig(database.getConfig())
                    .set(GraphDatabaseSettings.neo4j_home, home)
                    .set(GraphDatabaseSettings.data_directory, home)
                    .build();
            var copy = Neo4jLayout.of(config).databaseLayout(database.getNamedDatabaseId().name());
            copyStore(database, copy);
            recover(database, copy, config, fs);
            dump(database, copy, config, fs, artifact);
        } finally {
            FileUtils.deleteDirectory(home);
        }
    }

    private static void copyStore(Database database, DatabaseLayout copy) throws IOException {
        var checkPointer = database.getDependencyResolver().resolveDependency(CheckPointer.class);
        var trigger = new SimpleTriggerInfo("Store copy");
        try (var held = database.getStoreCopyCheckPointMutex().storeCopy(() -> checkPointer.tryCheckPoint(trigger));
                var files = database.listStoreFiles(true)) {
            var logs = new ArrayList<Path>();
            var store = database.getDatabaseLayout().databaseDirectory();
            while (files.hasNext()) {
                var file = files.next();
                if (file.isLogFile()) {
                    logs.add(file.path());
                } else {
                    copyFile(file.path(), copy.databaseDirectory().resolve(store.relativize(file.path())));
                }
            }
            // Last, so that they cover every change that reached the store meanwhile.
            for (var log : logs) {
                copyFile(log, copy.getTransactionLogsDirectory().resolve(log.getFileName()));
            }
        }
    }

    private static void recover(Database database, DatabaseLayout copy, Config config, FileSystemAbstraction fs)
            throws IOException {
        var dependencies = database.getDependencyResolver();
        Recovery.recoveryFacade(
                        fs,
                        dependencies.resolveDependency(PageCache.class),
                        dependencies.resolveDependency(Tracers.class),
                        config,
                        EmptyMemoryTracker.INSTANCE,
                        NullLogProvider.getInstance(),
                        dependencies.resolveDependency(KernelVersionProvider.class),
                        database.getNamedDatabaseId())
                .forceRecovery(copy, RecoveryFacadeMonitor.EMPTY_MONITOR, RecoveryMode.FULL, true);
    }

    private static void dump(
            Database database, DatabaseLayout copy, Config config, FileSystemAbstraction fs, Path artifact)
            throws IOException {
        var last = new LogTailExtractor(fs, config, database.getStorageEngineFactory(), DatabaseTracers.EMPTY)
                .getTailMetadata(copy, EmptyMemoryTracker.INSTANCE)
                .getLastCommittedTransaction();
        var id = database.getNamedDatabaseId();
        var description = new BackupDescription(
                id.name(),
                database.getStoreId(),
                id.databaseId(),
                LocalDateTime.now(ZoneOffset.UTC),
                true,
                true,
                true,
                1,
                last.appendIndex());
        var format = BackupFormatSelector.selectFormat(true);
        format.setMetadata(description.withMetadataScript(MetadataScript.TEXT));
        var dumper = new Dumper(fs);
        dumper.dump(
                copy.databaseDirectory(),
                copy.getTransactionLogsDirectory(),
                dumper.openForDump(artifact, true),
                format,
                path -> path.equals(copy.databaseLockFile()));
    }

    static void copyFile(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }
}
