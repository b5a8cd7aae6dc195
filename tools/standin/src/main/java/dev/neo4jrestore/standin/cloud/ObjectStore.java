package dev.neo4jrestore.standin.cloud;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One bucket or container, by the client of its protocol. What goes wrong is the client's own exception. */
public interface ObjectStore extends AutoCloseable {
    /** Makes the store of a URI of its scheme; found as a service, because the clients are no part of the class path. */
    interface Factory {
        String scheme();

        /** How many segments of the URI name the store: {@code bucket}, or {@code account/container}. */
        int depth();

        ObjectStore open(List<String> name);
    }

    /** Names of the objects directly below a folder; "" is the root. */
    List<String> list(String folder) throws IOException;

    void get(String key, Path file) throws IOException;

    void put(Path file, String key) throws IOException;

    @Override
    default void close() {}
}
