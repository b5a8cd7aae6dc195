package dev.neo4jrestore.standin.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.neo4j.io.layout.Neo4jLayout;

/**
 * What a member knows of its own stores, beside them on the volume, as Raft's state is: for which database the files were,
 * and which files. Files that someone else put in their place are not the ones it knows.
 */
public final class StoreMemo {
    private final Neo4jLayout layout;
    private final Path directory;

    public StoreMemo(Neo4jLayout layout, Path data) {
        this.layout = layout;
        this.directory = data.resolve("cluster-state").resolve("standin");
    }

    public boolean knows(String key, String name) {
        var identity = identity(name);
        return identity != null && identity.equals(read(directory.resolve(key)));
    }

    public void remember(String key, String name) {
        write(directory.resolve(key), identity(name));
    }

    public void forget(String key) {
        try {
            Files.deleteIfExists(directory.resolve(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<String> keys() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("."))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this server has ever been part of the cluster. */
    public boolean formed() {
        return Files.exists(directory.resolve("formed"));
    }

    void form() {
        write(directory.resolve("formed"), "");
    }

    /** Makes the next start take the cluster's system database instead of the one that is here. */
    public void leave() {
        try {
            Files.deleteIfExists(directory.resolve("formed"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Name and identity of the files: a copy, a restore or a swap gives others. */
    private String identity(String name) {
        var store = layout.databaseLayout(name).databaseDirectory().resolve("neostore");
        try {
            return name + " " + Files.getAttribute(store, "unix:ino");
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file, String text) {
        try {
            Files.createDirectories(directory);
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
