package dev.neo4jrestore.standin.backup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.dbms.archive.backup.BackupDescription;
import org.neo4j.dbms.archive.backup.BackupFormatSelector;

/** A backup file and what its header says. A file that is no backup of the engine's format is refused, never skipped. */
public record Artifact(Path file, BackupDescription description) {
    public static final String EXTENSION = ".backup";

    public static Artifact read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailedException("Path '" + file + "' does not exist or is not a backup artifact.");
        }
        try (var stream = new BufferedInputStream(Files.newInputStream(file))) {
            return new Artifact(file, BackupFormatSelector.readDescription(stream));
        } catch (IOException | RuntimeException e) {
            throw new CommandFailedException("Not a valid Neo4j backup artifact: " + file, e);
        }
    }

    /** The artifacts of a directory, or the one file. */
    public static List<Artifact> find(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(read(path));
        }
        try (var files = Files.list(path)) {
            return files.filter(file -> file.getFileName().toString().endsWith(EXTENSION))
                    .sorted()
                    .map(Artifact::read)
                    .toList();
        } catch (IOException e) {
            throw new CommandFailedException("Path '" + path + "' cannot be read: " + e.getMessage(), e);
        }
    }
}
