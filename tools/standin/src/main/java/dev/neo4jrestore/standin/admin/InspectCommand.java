package dev.neo4jrestore.standin.admin;

import dev.neo4jrestore.standin.backup.Artifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.neo4j.cli.AbstractAdminCommand;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.cli.ExecutionContext;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neo4j-admin backup inspect}. Every artifact here is a full one, so the latest chain is the latest backup. */
@Command(name = "inspect", header = "Lists the metadata stored in the header of backup files.")
public final class InspectCommand extends AbstractAdminCommand {
    @Option(names = "--database", paramLabel = "<db>")
    private String database;

    @Option(names = "--format", paramLabel = "JSON|TABULAR", defaultValue = "TABULAR")
    private Format format;

    @Option(names = "--show-metadata")
    private boolean showMetadata;

    @Option(names = "--empty")
    private boolean empty;

    @ArgGroup
    private Latest latest = new Latest();

    @Parameters(arity = "1", paramLabel = "<backup-path>")
    private Path path;

    static final class Latest {
        @Option(names = "--latest-backup")
        private boolean backup;

        @Option(names = "--latest-chain")
        private boolean chain;
    }

    public enum Format {
        JSON,
        TABULAR
    }

    public InspectCommand(ExecutionContext context) {
        super(context);
    }

    @Override
    public void execute() {
        if (!Files.exists(path)) {
            throw new CommandFailedException("Path '" + path + "' does not exist.");
        }
        var artifacts = Artifact.find(path).stream()
                .filter(artifact -> database == null
                        || artifact.description().getDatabaseName().equals(database))
                .toList();
        var shown = latest.backup || latest.chain ? newest(artifacts) : artifacts;
        ctx.out().print(format == Format.JSON
                ? ArtifactTable.json(shown, showMetadata)
                : ArtifactTable.tabular(shown, "TIME (UTC)", showMetadata));
    }

    private static List<Artifact> newest(List<Artifact> artifacts) {
        BinaryOperator<Artifact> later = (a, b) ->
                a.description().getBackupTime().isAfter(b.description().getBackupTime()) ? a : b;
        return List.copyOf(artifacts.stream()
                .collect(Collectors.toMap(
                        artifact -> artifact.description().getDatabaseName(),
                        artifact -> artifact,
                        later,
                        TreeMap::new))
                .values());
    }
}
