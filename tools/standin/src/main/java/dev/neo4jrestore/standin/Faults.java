package dev.neo4jrestore.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.util.Locale;
import java.util.Optional;

/**
 * Switches by which a test makes the stand-in misbehave. A switch is looked up at the moment it matters: first the file
 * {@code <data>/.standin/<name>.once} (removed as it is read), then {@code <data>/.standin/<name>}, then the environment
 * variable {@code STANDIN_<NAME>}.
 */
public record Faults(Path dataDirectory) {
    public Optional<String> get(String name) {
        var once = directory().resolve(name + ".once");
        return read(once)
                .map(value -> {
                    delete(once);
                    return value;
                })
                .or(() -> read(directory().resolve(name)))
                .or(() -> Optional.ofNullable(System.getenv(variable(name))));
    }

    /** A delay carried out here and now: in seconds, or with the value "hold" until the file is removed. */
    public void delay(String name) {
        get(name).ifPresent(value -> {
            if (value.equals("hold")) {
                awaitRemoval(directory().resolve(name));
            } else {
                pause(Double.parseDouble(value));
            }
        });
    }

    public static void pause(double seconds) {
        try {
            Thread.sleep((long) (seconds * 1000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path directory() {
        return dataDirectory.resolve(".standin");
    }

    private static void awaitRemoval(Path file) {
        try (var watch = file.getFileSystem().newWatchService()) {
            file.getParent().register(watch, StandardWatchEventKinds.ENTRY_DELETE);
            while (Files.exists(file)) {
                var key = watch.take();
                key.pollEvents();
                key.reset();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String variable(String name) {
        return "STANDIN_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
