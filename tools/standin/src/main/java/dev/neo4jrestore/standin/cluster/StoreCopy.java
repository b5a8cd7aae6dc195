package dev.neo4jrestore.standin.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.neo4j.dbms.archive.IncorrectFormat;
import org.neo4j.dbms.archive.Loader;
import org.neo4j.dbms.archive.backup.BackupFormatSelector;
import org.neo4j.io.fs.FileSystemAbstraction;
import org.neo4j.io.fs.FileUtils;
import org.neo4j.io.layout.DatabaseLayout;

/** Puts another store in the place of a database that is not open: from a member that serves it, or from an artifact. */
public final class StoreCopy {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private StoreCopy() {}

    public static void from(Peers peers, Member member, DatabaseLayout layout, FileSystemAbstraction fs)
            throws IOException, InterruptedException {
        var answer = peers.get(member, "/backup/" + layout.getDatabaseName(), LIMIT);
        try (var body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw new IOException("Store copy from " + member.address() + " failed: " + new String(body.readAllBytes()));
            }
            // Whole on this side before anything of the old store goes.
            var artifact = Files.createTempFile("store-copy-", ".backup");
            try {
                Files.copy(body, artifact, StandardCopyOption.REPLACE_EXISTING);
                from(artifact, layout, fs);
            } finally {
                Files.delete(artifact);
            }
        }
    }

    public static void from(Path artifact, DatabaseLayout layout, FileSystemAbstraction fs) throws IOException {
        remove(layout);
        Files.createDirectories(layout.databaseDirectory());
        Files.createDirectories(layout.getNeo4jLayout().transactionLogsRootDirectory());
        try {
            new Loader(fs).load(
                    layout, false, true, BackupFormatSelector::decompress, () -> open(artifact), artifact.toString());
        } catch (IncorrectFormat e) {
            throw new IOException("Not a valid Neo4j backup artifact: " + artifact, e);
        }
    }

    public static void remove(DatabaseLayout layout) throws IOException {
        FileUtils.deleteDirectory(layout.databaseDirectory(), path -> !path.equals(layout.databaseLockFile()));
        FileUtils.deleteDirectory(layout.getTransactionLogsDirectory());
        FileUtils.deleteDirectory(layout.getScriptDirectory());
    }

    private static InputStream open(Path artifact) throws IOException {
        return Files.newInputStream(artifact);
    }
}
