package dev.neo4jrestore.standin.admin;

import dev.neo4jrestore.standin.backup.Artifact;
import dev.neo4jrestore.standin.backup.Chain;
import dev.neo4jrestore.standin.cloud.CloudFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.neo4j.cli.AbstractAdminCommand;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.cli.ExecutionContext;
import org.neo4j.cli.ExitCode;
import org.neo4j.configuration.helpers.DatabaseNamePattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code neo4j-admin database backup}: over our own protocol; artifacts in the real format. */
@Command(name = "backup", header = "Perform an online backup from a running Neo4j enterprise server.")
public final class BackupCommand extends AbstractAdminCommand {
    private static final int NOT_RUNNING = 3;
    private static final DateTimeFormatter FILE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss");
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS'+0000'");

    @Option(names = "--from", split = ",", paramLabel = "<host:port>", defaultValue = "localhost:6362")
    private List<String> from;

    @Option(names = "--to-path", paramLabel = "<path>")
    private String destination;

    private Path toPath;

    @Option(names = "--type", paramLabel = "AUTO|FULL|DIFF", defaultValue = "AUTO")
    private Type type;

    @Option(names = "--include-metadata", paramLabel = "none|all|users|roles", defaultValue = "all")
    private String includeMetadata;

    @Option(names = "--compress", arity = "0..1", fallbackValue = "true", defaultValue = "true")
    private boolean compress;

    @Option(names = "--keep-failed", arity = "0..1", fallbackValue = "true", defaultValue = "false")
    private boolean keepFailed;

    @Option(names = "--parallel-recovery", arity = "0..1", fallbackValue = "true", defaultValue = "false")
    private boolean parallelRecovery;

    @Option(names = "--pagecache", paramLabel = "<size>")
    private String pageCache;

    @Option(names = "--temp-path", paramLabel = "<path>")
    private Path tempPath;

    @Option(names = "--inspect-path", paramLabel = "<path>")
    private Path inspectPath;

    @Parameters(arity = "0..1", split = ",", paramLabel = "<database>", defaultValue = "neo4j")
    private List<String> databases;

    public enum Type {
        AUTO,
        FULL,
        DIFF
    }

    public BackupCommand(ExecutionContext context) {
        super(context);
    }

    @Override
    protected Optional<String> commandConfigName() {
        return Optional.of("database-backup");
    }

    @Override
    public void execute() {
        if (inspectPath != null) {
            ctx.out().print(ArtifactTable.tabular(Artifact.find(inspectPath), "TIME", true));
            return;
        }
        if (destination == null) {
            throw new CommandFailedException("Missing required option: '--to-path=<path>'", ExitCode.USAGE);
        }
        if (CloudFolder.isCloud(destination)) {
            backUpInto(destination);
        } else {
            toPath = Path.of(destination);
            if (!Files.isDirectory(toPath)) {
                throw new CommandFailedException("Path '" + toPath + "' does not exist.");
            }
            selected().forEach(this::backup);
        }
        ctx.out().println("Backup command completed.");
    }

    /** A differential backup continues what is there, so that is brought here first. */
    private void backUpInto(String uri) {
        try (var folder = CloudFolder.open(uri, tempPath)) {
            toPath = folder.fetch();
            var before = Artifact.find(toPath).stream().map(Artifact::file).toList();
            selected().forEach(this::backup);
            Artifact.find(toPath).stream()
                    .map(Artifact::file)
                    .filter(file -> !before.contains(file))
                    .forEach(folder::put);
        }
    }

    private List<String> selected() {
        var patterns = databases.stream().map(DatabaseNamePattern::new).toList();
        if (patterns.stream().noneMatch(DatabaseNamePattern::containsPattern)) {
            return databases;
        }
        var online = read(open("/databases")).lines().toList();
        return online.stream()
                .filter(name -> patterns.stream().anyMatch(pattern -> pattern.matches(name)))
                .toList();
    }

    private void backup(String database) {
        var name = database.toLowerCase(Locale.ROOT);
        var parent = type == Type.FULL ? Optional.<Chain>empty() : Chain.newest(toPath, name);
        if (type == Type.DIFF && parent.isEmpty()) {
            throw new CommandFailedException(
                    "No backup of database '" + database + "' in '" + toPath + "' that a differential one could continue.");
        }
        var after = parent.map(chain -> chain.last().description().getHighestAppendIndex());
        var kind = after.isPresent() ? "differential" : "full";
        log("Start %s backup of database '%s'.", kind, database);
        var began = System.nanoTime();
        try {
            var partial = Files.createTempFile(toPath, "." + database + "-", ".partial");
            try (var artifact = stream(open("/backup/" + name + after.map(last -> "?after=" + last).orElse("")))) {
                Files.copy(artifact, partial, StandardCopyOption.REPLACE_EXISTING);
            }
            var description = Artifact.read(partial).description();
            log(
                    "Finished %s backup of database '%s'. Downloaded from tx %d to tx %d.",
                    kind, database, after.orElse(-1L), description.getHighestAppendIndex());
            var file = freeName(database, description.getBackupTime());
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            log(
                    "Finished artifact creation '%s' for database '%s', took %dms.",
                    file.getFileName(), database, (System.nanoTime() - began) / 1_000_000);
        } catch (IOException e) {
            throw new CommandFailedException("Backup of database '" + database + "' failed: " + e, e);
        }
    }

    /** Names have a resolution of a second and nothing is ever overwritten. */
    private Path freeName(String database, LocalDateTime time) {
        var file = toPath.resolve(database + "-" + FILE_TIME.format(time) + Artifact.EXTENSION);
        return Files.exists(file) ? freeName(database, time.plusSeconds(1)) : file;
    }

    private HttpURLConnection open(String path) {
        var failures = new ArrayList<String>();
        for (var server : from) {
            try {
                var address = server.contains(":") ? server : server + ":6362";
                var connection = (HttpURLConnection)
                        URI.create("http://" + address + path).toURL().openConnection();
                connection.connect();
                return connection;
            } catch (IOException e) {
                failures.add(server + ": " + e);
            }
        }
        throw new CommandFailedException("Unable to connect to a server for backup: " + String.join("; ", failures));
    }

    private InputStream stream(HttpURLConnection connection) throws IOException {
        var status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK) {
            return connection.getInputStream();
        }
        var message = new String(connection.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        throw new CommandFailedException(message, status == HttpURLConnection.HTTP_CONFLICT ? NOT_RUNNING : ExitCode.FAIL);
    }

    private String read(HttpURLConnection connection) {
        try (var body = stream(connection)) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailedException("Backup server does not answer: " + e, e);
        }
    }

    private void log(String format, Object... arguments) {
        var time = LOG_TIME.format(LocalDateTime.now(ZoneOffset.UTC));
        ctx.out().println(time + " INFO  [c.n.b.b.BackupOutputMonitor] " + format.formatted(arguments));
    }
}
