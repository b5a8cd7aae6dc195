package dev.neo4jrestore.standin.server;

import dev.neo4jrestore.standin.backup.Artifact;
import dev.neo4jrestore.standin.cloud.CloudFolder;
import dev.neo4jrestore.standin.cluster.StoreCopy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.dbms.api.DatabaseManagementException;
import org.neo4j.io.fs.FileSystemAbstraction;
import org.neo4j.io.layout.DatabaseLayout;

/**
 * What {@code dbms.databases.seed_from_uri_providers} lets this server read: the first provider that knows the scheme
 * reads it, with the login of this very process. A full backup only: a chain is the restore command's.
 */
record SeedProviders(List<String> names) {
    static SeedProviders of(String setting) {
        return new SeedProviders(
                Arrays.stream(setting.split(",")).map(String::strip).toList());
    }

    void into(String uri, DatabaseLayout layout, FileSystemAbstraction fs) throws IOException {
        var scheme = String.valueOf(URI.create(uri).getScheme());
        var provider = names.stream()
                .filter(name -> schemes(name).contains(scheme))
                .findFirst()
                .orElseThrow(() -> new DatabaseManagementException("No SeedProvider found which supports the URI: " + uri));
        switch (provider) {
            case "FileSeedProvider" -> load(Path.of(URI.create(uri).getPath()), uri, layout, fs);
            case "CloudSeedProvider" -> fromStore(uri, layout, fs);
            default -> throw new DatabaseManagementException(provider + " needs seedConfig and seedCredentials for " + uri);
        }
    }

    private static List<String> schemes(String provider) {
        return switch (provider) {
            case "FileSeedProvider" -> List.of("file");
            case "CloudSeedProvider" -> List.of("s3", "gs", "azb");
            case "S3SeedProvider" -> List.of("s3");
            default -> List.of();
        };
    }

    private static void fromStore(String uri, DatabaseLayout layout, FileSystemAbstraction fs) throws IOException {
        if (!uri.endsWith(Artifact.EXTENSION)) {
            throw new DatabaseManagementException("Can't open seed file: " + uri);
        }
        try (var folder = CloudFolder.open(uri, null)) {
            load(folder.fetch(), uri, layout, fs);
        } catch (CommandFailedException e) {
            throw new DatabaseManagementException(e.getMessage(), e);
        }
    }

    private static void load(Path artifact, String uri, DatabaseLayout layout, FileSystemAbstraction fs)
            throws IOException {
        if (!Files.isRegularFile(artifact)) {
            throw new DatabaseManagementException("Object not found at the path: " + uri);
        }
        if (!Artifact.read(artifact).description().isFull()) {
            throw new DatabaseManagementException("The stand-in seeds from a full backup only: " + uri);
        }
        StoreCopy.from(artifact, layout, fs);
    }
}
