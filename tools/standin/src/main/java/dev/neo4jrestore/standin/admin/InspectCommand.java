package dev.neo4jrestore.standin.admin;

import dev.neo4jrestore.standin.backup.Artifact;
import dev.neo4jrestore.standin.backup.Chain;
import dev.neo4jrestore.standin.cloud.CloudFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.neo4j.cli.AbstractAdminCommand;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.cli.ExecutionContext;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neo4j-admin backup inspect}. */
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
    private String path;

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
        if (CloudFolder.isCloud(path)) {
            try (var folder = CloudFolder.open(path, null)) {
                ctx.out().print(folder.told(table(folder.fetch())));
            }
            return;
        }
        if (!Files.exists(Path.of(path))) {
            throw new CommandFailedException("Path '" + path + "' does not exist.");
        }
        ctx.out().print(table(Path.of(path)));
    }

    private String table(Path place) {
        var artifacts = Artifact.find(place).stream()
                .filter(artifact -> database == null
                        || artifact.description().getDatabaseName().equals(database))
                .toList();
        var chosen = latest.backup || latest.chain ? newest(artifacts) : artifacts;
        var shown = chosen.stream()
                .filter(artifact -> empty || !artifact.description().isEmpty())
                .toList();
        return format == Format.JSON
                ? ArtifactTable.json(shown, showMetadata)
                : ArtifactTable.tabular(shown, "TIME (UTC)", showMetadata);
    }

    private List<Artifact> newest(List<Artifact> artifacts) {
        return artifacts.stream()
                .collect(Collectors.groupingBy(
                        artifact -> artifact.description().getDatabaseName(), TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(Chain::newest)
                .flatMap(Optional::stream)
                .flatMap(chain -> latest.chain ? chain.artifacts().stream() : Stream.of(chain.last()))
                .toList();
    }
}
