package dev.neo4jrestore.standin.admin;

import java.io.IOException;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.cli.ExecutionContext;
import org.neo4j.configuration.Config;
import org.neo4j.dbms.archive.IncorrectFormat;
import org.neo4j.dbms.archive.Loader;
import org.neo4j.dbms.archive.backup.BackupFormatSelector;
import org.neo4j.io.fs.FileUtils;
import org.neo4j.io.layout.DatabaseLayout;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.io.pagecache.tracing.PageCacheTracer;
import org.neo4j.kernel.KernelVersion;
import org.neo4j.kernel.database.DatabaseIdFactory;
import org.neo4j.kernel.impl.pagecache.ConfigurableStandalonePageCacheFactory;
import org.neo4j.kernel.monitoring.tracing.Tracers;
import org.neo4j.kernel.recovery.Recovery;
import org.neo4j.kernel.recovery.RecoveryMode;
import org.neo4j.kernel.recovery.facade.RecoveryCriteria;
import org.neo4j.kernel.recovery.facade.RecoveryFacadeMonitor;
import org.neo4j.kernel.impl.transaction.log.files.TransactionLogFilesHelper;
import org.neo4j.logging.NullLogProvider;
import org.neo4j.memory.EmptyMemoryTracker;
import org.neo4j.kernel.impl.scheduler.JobSchedulerFactory;

import dev.neo4jrestore.standin.backup.Artifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Brings the store of a full backup forward by the transaction logs of a differential one: the engine's own recovery. */
record Replay(ExecutionContext context, Config config, DatabaseLayout layout) {

    void run(Artifact differential, Path scratch, RecoveryCriteria criteria) throws IOException {
        takeLogs(differential, scratch);
        try (var scheduler = JobSchedulerFactory.createInitialisedScheduler();
                var pages = ConfigurableStandalonePageCacheFactory.createPageCache(
                        context.fs(), config, scheduler, PageCacheTracer.NULL)) {
            Recovery.recoveryFacade(
                            context.fs(),
                            pages,
                            Tracers.EMPTY_TRACERS,
                            config,
                            EmptyMemoryTracker.INSTANCE,
                            NullLogProvider.getInstance(),
                            () -> KernelVersion.getLatestVersion(config),
                            DatabaseIdFactory.from(
                                    layout.getDatabaseName(),
                                    differential.description().getDatabaseId().uuid()))
                    .performRecovery(layout, criteria, RecoveryFacadeMonitor.EMPTY_MONITOR, RecoveryMode.FULL, true);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new CommandFailedException("Replay of " + differential.file().getFileName() + " failed: " + e, e);
        }
    }

    private void takeLogs(Artifact differential, Path scratch) throws IOException {
        var place = Neo4jLayout.ofFlat(Files.createTempDirectory(scratch, "replay-"));
        try {
            var unpacked = place.databaseLayout("logs");
            new Loader(context.fs())
                    .load(differential.file(), unpacked, false, true, BackupFormatSelector::decompress);
            var logs = TransactionLogFilesHelper.forTransactions(context.fs(), unpacked.getTransactionLogsDirectory());
            for (var log : logs.getMatchedFiles()) {
                Files.move(
                        log,
                        layout.getTransactionLogsDirectory().resolve(log.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IncorrectFormat e) {
            throw new CommandFailedException("Not a valid Neo4j backup artifact: " + differential.file(), e);
        } finally {
            FileUtils.deleteDirectory(place.homeDirectory());
        }
    }
}
