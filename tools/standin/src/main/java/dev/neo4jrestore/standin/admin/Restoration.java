package dev.neo4jrestore.standin.admin;

import dev.neo4jrestore.standin.Faults;
import dev.neo4jrestore.standin.backup.Artifact;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.cli.ExecutionContext;
import org.neo4j.commandline.dbms.CannotWriteException;
import org.neo4j.commandline.dbms.LockChecker;
import org.neo4j.dbms.archive.IncorrectFormat;
import org.neo4j.dbms.archive.Loader;
import org.neo4j.dbms.archive.backup.BackupFormatSelector;
import org.neo4j.io.fs.FileUtils;
import org.neo4j.io.layout.DatabaseLayout;
import org.neo4j.io.locker.FileLockException;

/**
 * One artifact into one database, by the engine's own loader and under the engine's own lock. The artifact is first
 * brought to the scratch directory, as the real command does: beside itself where no other is given.
 */
record Restoration(
        ExecutionContext context,
        Artifact artifact,
        DatabaseLayout layout,
        Path scratch,
        boolean overwrite,
        Faults faults) {

    void run() throws IOException {
        var name = layout.getDatabaseName();
        if (!overwrite && exists()) {
            throw new CommandFailedException("Database '" + name + "' already exists at location: "
                    + layout.databaseDirectory() + ". Use --overwrite-destination to replace it.");
        }
        RestoreFaults.before(faults);
        var unpacked = Files.createTempDirectory(scratch, "restore-");
        try {
            var local = Files.copy(
                    artifact.file(), unpacked.resolve(artifact.file().getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            Files.createDirectories(layout.databaseDirectory());
            Files.createDirectories(layout.getNeo4jLayout().transactionLogsRootDirectory());
            try (var lock = lock(name)) {
                removeOld();
                load(local);
            }
            writeMetadataScript();
        } finally {
            FileUtils.deleteDirectory(unpacked);
        }
    }

    /** Also what an interrupted restore left behind counts; an empty directory does not. */
    private boolean exists() throws IOException {
        return holdsFiles(layout.databaseDirectory()) || holdsFiles(layout.getTransactionLogsDirectory());
    }

    private boolean holdsFiles(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (var entries = Files.list(directory)) {
            return entries.anyMatch(entry -> !entry.equals(layout.databaseLockFile()));
        }
    }

    private Closeable lock(String name) {
        try {
            return LockChecker.checkDatabaseLock(layout);
        } catch (FileLockException e) {
            throw new CommandFailedException("The database is in use. Stop database '" + name + "' and try again.", e);
        } catch (CannotWriteException e) {
            throw new CommandFailedException("You do not have permission to restore the database '" + name + "'.", e);
        }
    }

    private void removeOld() throws IOException {
        FileUtils.deleteDirectory(layout.databaseDirectory(), path -> !path.equals(layout.databaseLockFile()));
        FileUtils.deleteDirectory(layout.getTransactionLogsDirectory());
        FileUtils.deleteDirectory(layout.getScriptDirectory());
    }

    private void load(Path file) throws IOException {
        try {
            new Loader(context.fs(), (PrintStream) null)
                    .load(
                            layout,
                            false,
                            true,
                            BackupFormatSelector::decompress,
                            () -> open(file),
                            file.toString());
        } catch (IncorrectFormat e) {
            throw new CommandFailedException("Not a valid Neo4j backup artifact: " + artifact.file(), e);
        }
    }

    private InputStream open(Path file) throws IOException {
        return new RestoreFaults(Files.newInputStream(file), Files.size(file), faults, context.out());
    }

    private void writeMetadataScript() throws IOException {
        var script = artifact.description().getMetadataScript();
        if (script != null) {
            Files.createDirectories(layout.getScriptDirectory());
            Files.writeString(layout.getScriptDirectory().resolve("restore_metadata.cypher"), script);
        }
    }
}
