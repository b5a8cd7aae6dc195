package dev.neo4jrestore.standin.backup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.neo4j.cli.CommandFailedException;

/** A full backup and the differential ones that continue it without a gap, in order; all of one folder. */
public record Chain(List<Artifact> artifacts) {
    private static final Comparator<Artifact> BY_TIME =
            Comparator.comparing(artifact -> artifact.description().getBackupTime());

    public Artifact full() {
        return artifacts.get(0);
    }

    public Artifact last() {
        return artifacts.get(artifacts.size() - 1);
    }

    /** The newest chain of a database; empty where there is none. */
    public static Optional<Chain> newest(Path folder, String database) {
        return newest(Artifact.find(folder).stream()
                .filter(artifact -> artifact.description().getDatabaseName().equals(database))
                .toList());
    }

    /** The newest chain among artifacts of one database. */
    public static Optional<Chain> newest(List<Artifact> artifacts) {
        return artifacts.stream()
                .filter(artifact -> !artifact.description().isEmpty())
                .max(BY_TIME)
                .map(last -> ending(last, artifacts));
    }

    /** The chain that ends with this artifact, found in its folder. */
    public static Chain endingAt(Artifact last) {
        return last.description().isFull()
                ? new Chain(List.of(last))
                : ending(last, Artifact.find(last.file().toAbsolutePath().getParent()));
    }

    private static Chain ending(Artifact last, List<Artifact> among) {
        var chain = new ArrayList<Artifact>(List.of(last));
        while (!chain.get(0).description().isFull()) {
            var next = chain.get(0);
            chain.add(0, among.stream()
                    .filter(candidate -> continues(next, candidate))
                    .max(BY_TIME)
                    .orElseThrow(() -> new CommandFailedException(
                            "No backup was found that " + next.file().getFileName() + " continues: the chain is broken.")));
        }
        return new Chain(List.copyOf(chain));
    }

    private static boolean continues(Artifact next, Artifact candidate) {
        var one = candidate.description();
        var two = next.description();
        return one.getDatabaseId().equals(two.getDatabaseId())
                && !one.isEmpty()
                && BY_TIME.compare(candidate, next) < 0
                && (two.isEmpty() || one.getHighestAppendIndex() == two.getLowestAppendIndex() - 1);
    }
}
