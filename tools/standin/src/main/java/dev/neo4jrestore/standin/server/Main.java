package dev.neo4jrestore.standin.server;

import java.util.concurrent.CountDownLatch;

/** The process of a server. Ends cleanly on SIGTERM. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        var began = System.nanoTime();
        var server = start(arguments);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            System.out.println("Stopping...");
            server.stop();
            System.out.println("Stopped.");
        }));
        System.out.printf(
                "Started after %d ms (stand-in for Neo4j Enterprise 5.26.0, a Community engine).%n",
                (System.nanoTime() - began) / 1_000_000);
        new CountDownLatch(1).await();
    }

    /** What already listens would keep the process alive without a server. */
    private static Server start(String[] arguments) throws Exception {
        try {
            return Server.start(ServerOptions.parse(arguments), System.getenv("NEO4J_AUTH"));
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
            throw e;
        }
    }
}
