package dev.neo4jrestore.standin.admin;

import dev.neo4jrestore.standin.backup.Artifact;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How inspected artifacts are printed. The columns are the documented ones of 5.26; the JSON keys are our guess. */
final class ArtifactTable {
    private static final List<String> JSON_KEYS = List.of(
            "file", "database", "databaseId", "time", "full", "compressed", "lowestTx", "highestTx");

    private ArtifactTable() {}

    static String tabular(List<Artifact> artifacts, String timeHeader, boolean metadata) {
        var header = List.of(
                "FILE", "DATABASE", "DATABASE ID", timeHeader, "FULL", "COMPRESSED", "LOWEST TX", "HIGHEST TX");
        var lines = new ArrayList<List<String>>();
        lines.add(header);
        artifacts.forEach(artifact -> lines.add(cells(artifact)));
        var columns = metadata ? header.size() : 1;
        var widths = IntStream.range(0, columns)
                .map(column -> lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0))
                .toArray();
        return lines.stream()
                .map(line -> IntStream.range(0, columns)
                        .mapToObj(column -> ("%" + widths[column] + "s").formatted(line.get(column)))
                        .collect(Collectors.joining(" | ", "| ", " |%n".formatted())))
                .collect(Collectors.joining());
    }

    static String json(List<Artifact> artifacts, boolean metadata) {
        return artifacts.stream()
                .map(artifact -> {
                    var cells = cells(artifact);
                    return IntStream.range(0, metadata ? cells.size() : 1)
                            .mapToObj(column -> quote(JSON_KEYS.get(column)) + ":" + quote(cells.get(column)))
                            .collect(Collectors.joining(",", "{", "}"));
                })
                .collect(Collectors.joining(",", "[", "]%n".formatted()));
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static List<String> cells(Artifact artifact) {
        var description = artifact.description();
        return List.of(
                artifact.file().toAbsolutePath().toUri().toString(),
                description.getDatabaseName(),
                description.getDatabaseId().uuid().toString(),
                DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(description.getBackupTime()),
                Boolean.toString(description.isFull()),
                Boolean.toString(description.isCompressed()),
                Long.toString(description.getLowestAppendIndex()),
                Long.toString(description.getHighestAppendIndex()));
    }
}
