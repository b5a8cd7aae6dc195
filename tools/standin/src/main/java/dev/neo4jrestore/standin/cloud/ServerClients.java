package dev.neo4jrestore.standin.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/** The clients of stores for a server, which starts without their many classes and loads them once for good. */
final class ServerClients {
    private static ClassLoader loaded;

    private ServerClients() {}

    static synchronized ClassLoader of(Path folder, ClassLoader parent) {
        if (loaded == null) {
            try (var jars = Files.list(folder)) {
                loaded = new URLClassLoader(jars.map(ServerClients::url).toArray(URL[]::new), parent);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return loaded;
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
