package dev.neo4jrestore.standin.admin;

import dev.neo4jrestore.standin.Faults;
import dev.neo4jrestore.standin.backup.Artifact;
import dev.neo4jrestore.standin.backup.Chain;
import dev.neo4jrestore.standin.cloud.CloudFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.neo4j.cli.AbstractAdminCommand;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.cli.ExecutionContext;
import org.neo4j.cli.ExitCode;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseInternalSettings;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.kernel.recovery.facade.RecoveryCriteria;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code neo4j-admin database restore} with the options of 5.26. Everything that can be refused is refused before
 * anything is touched.
 */
@Command(name = "restore", header = "Restore backed up databases.")
public final class RestoreCommand extends AbstractAdminCommand {
    @Option(names = "--from-path", required = true, split = ",", paramLabel = "<path>")
    private List<String> fromPaths;

    @Option(names = "--overwrite-destination", arity = "0..1", paramLabel = "true|false", fallbackValue = "true")
    private boolean overwriteDestination;

    @Option(names = "--restore-until", paramLabel = "<recovery-criteria>")
    private String restoreUntil;

    @Option(names = "--temp-path", paramLabel = "<path>")
    private Path tempPath;

    @Option(names = "--to-path-data", paramLabel = "<path>")
    private Path toPathData;

    @Option(names = "--to-path-txn", paramLabel = "<path>")
    private Path toPathTxn;

    @Parameters(arity = "0..1", paramLabel = "<database>")
    private String database;

    public RestoreCommand(ExecutionContext context) {
        super(context);
    }

    @Override
    protected Optional<String> commandConfigName() {
        return Optional.of("database-restore");
    }

    @Override
    public void execute() {
        if (database != null && fromPaths.size() > 1) {
            throw new CommandFailedException(
                    "A database name can be given for a single backup artifact only.", ExitCode.USAGE);
        }
        checkTempPath();
        var copies = new ArrayList<CloudFolder>();
        try {
            restore(fromPaths.stream().map(path -> chain(path, copies)).toList());
        } finally {
            copies.forEach(CloudFolder::close);
        }
    }

    private void restore(List<Chain> chains) {
        var until = restoreUntil == null ? null : Until.parse(restoreUntil);
        if (until != null && chains.stream().anyMatch(chain -> chain.artifacts().size() == 1)) {
            throw new CommandFailedException("A full backup without differential backups can only be fully restored.");
        }
        var config = config();
        var faults = new Faults(config.get(GraphDatabaseSettings.data_directory));
        for (var chain : chains) {
            var artifact = chain.full();
            var name = database == null ? artifact.description().getDatabaseName() : database;
            var layout = Neo4jLayout.of(config).databaseLayout(name);
            var scratch = Optional.ofNullable(tempPath).orElseGet(() -> artifact.file().toAbsolutePath().getParent());
            try {
                new Restoration(ctx, artifact, layout, scratch, overwriteDestination, faults).run();
                if (chain.artifacts().size() > 1) {
                    var criteria = until == null ? RecoveryCriteria.ALL : until;
                    new Replay(ctx, config, layout).run(chain.last(), scratch, criteria);
                }
            } catch (IOException e) {
                throw new CommandFailedException("Restore of database '" + name + "' failed: " + e, e);
            }
            ctx.out().println("Restore of database '" + name + "' completed successfully.");
        }
    }

    private Chain chain(String path, List<CloudFolder> copies) {
        if (!CloudFolder.isCloud(path)) {
            return Chain.endingAt(Artifact.read(Path.of(path)));
        }
        var folder = CloudFolder.open(path, tempPath);
        copies.add(folder);
        return Chain.endingAt(Artifact.read(folder.fetch()));
    }

    private void checkTempPath() {
        if (tempPath == null) {
            return;
        }
        try (var entries = Files.list(tempPath)) {
            if (entries.findAny().isPresent()) {
                throw new CommandFailedException("The directory given by --temp-path is not empty: " + tempPath);
            }
        } catch (IOException e) {
            throw new CommandFailedException("Path '" + tempPath + "' does not exist or cannot be read.", e);
        }
    }

    private Config config() {
        var builder = createPrefilledConfigBuilder();
        if (toPathData != null) {
            builder.set(GraphDatabaseInternalSettings.databases_root_path, toPathData.toAbsolutePath());
        }
        if (toPathTxn != null) {
            builder.set(GraphDatabaseSettings.transaction_logs_root_path, toPathTxn.toAbsolutePath());
        }
        return builder.build();
    }
}
