package dev.neo4jrestore.standin.cloud;

import dev.neo4jrestore.standin.backup.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.ServiceLoader;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.io.fs.FileUtils;

/**
 * A folder or an artifact in a store ({@code s3://}, {@code gs://}, {@code azb://}), worked on as a local copy of what
 * is needed of it. Closing removes the copy.
 */
public final class CloudFolder implements AutoCloseable {
    private final String uri;
    private final ObjectStore store;
    private final String key;
    private final Path copy;

    private CloudFolder(String uri, ObjectStore store, String key, Path copy) {
        this.uri = uri;
        this.store = store;
        this.key = key;
        this.copy = copy;
    }

    public static boolean isCloud(String path) {
        return path.matches("(s3|gs|azb)://.*");
    }

    /** @param scratch where the copy may lie; null for the system's own place. */
    public static CloudFolder open(String uri, Path scratch) {
        var scheme = uri.substring(0, uri.indexOf("://"));
        var segments = Arrays.stream(uri.substring(scheme.length() + 3).split("/"))
                .filter(segment -> !segment.isEmpty())
                .toList();
        var factory = ServiceLoader.load(ObjectStore.Factory.class, clients()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(one -> one.scheme().equals(scheme))
                .findFirst()
                .orElseThrow(() -> new CommandFailedException("No storage system found for scheme '" + scheme + "'"));
        if (segments.size() < factory.depth()) {
            throw new CommandFailedException("Not the URI of a bucket or container: " + uri);
        }
        return failing(uri, () -> new CloudFolder(
                uri,
                factory.open(segments.subList(0, factory.depth())),
                String.join("/", segments.subList(factory.depth(), segments.size())),
                scratch == null ? Files.createTempDirectory("cloud-") : Files.createTempDirectory(scratch, "cloud-")));
    }

    /** A command with a URI has the clients in its class path; a server takes them from beside its own libraries. */
    private static ClassLoader clients() {
        var own = CloudFolder.class.getClassLoader();
        var home = System.getenv("NEO4J_HOME");
        if (home == null || ServiceLoader.load(ObjectStore.Factory.class, own).findFirst().isPresent()) {
            return own;
        }
        return ServerClients.of(Path.of(home, "lib", "cloud"), own);
    }

    /** A local copy of the artifact, with those beside it that it may continue; or of all artifacts of the folder. */
    public Path fetch() {
        return failing(uri, () -> {
            var isArtifact = key.endsWith(Artifact.EXTENSION);
            var folder = isArtifact ? key.substring(0, key.lastIndexOf('/') + 1) : key.isEmpty() ? "" : key + "/";
            if (isArtifact) {
                get(key);
            }
            for (var other : store.list(folder)) {
                if (other.endsWith(Artifact.EXTENSION) && !other.equals(key)) {
                    get(other);
                }
            }
            return isArtifact ? local(key) : copy;
        });
    }

    /** Puts a local file into the folder. */
    public void put(Path file) {
        failing(uri, () -> {
            var name = file.getFileName().toString();
            store.put(file, key.isEmpty() ? name : key + "/" + name);
            return null;
        });
    }

    /** What is printed about local copies, about the store. */
    public String told(String text) {
        var folder = key.endsWith(Artifact.EXTENSION) ? uri.substring(0, uri.lastIndexOf('/')) : uri;
        return text.replace(copy.toUri().toString(), folder.replaceAll("/+$", "") + "/");
    }

    @Override
    public void close() {
        failing(uri, () -> {
            store.close();
            FileUtils.deleteDirectory(copy);
            return null;
        });
    }

    private void get(String one) throws IOException {
        store.get(one, local(one));
    }

    private Path local(String one) {
        return copy.resolve(one.substring(one.lastIndexOf('/') + 1));
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    /** The client's own words are the cause, which is printed with {@code --verbose}. */
    private static <T> T failing(String uri, Work<T> work) {
        try {
            return work.run();
        } catch (CommandFailedException e) {
            throw e;
        } catch (Exception e) {
            throw new CommandFailedException("Unable to access '" + uri + "': " + e.getMessage(), e);
        }
    }
}
