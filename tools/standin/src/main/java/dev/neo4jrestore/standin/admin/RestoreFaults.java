package dev.neo4jrestore.standin.admin;

import dev.neo4jrestore.standin.Faults;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import org.neo4j.cli.CommandFailedException;

/**
 * The faults of a restore. Those in its middle happen while the artifact is read, half of it loaded: the destination is
 * then as incomplete as a real interruption leaves it.
 */
final class RestoreFaults extends FilterInputStream {
    private static final int SIGKILL_EXIT = 137;
    private static final int PARTS = 10;

    private final long size;
    private final Faults faults;
    private final PrintStream out;
    private final double secondsPerPart;
    private long read;
    private int partsDone;

    RestoreFaults(InputStream artifact, long size, Faults faults, PrintStream out) {
        super(artifact);
        this.size = size;
        this.faults = faults;
        this.out = out;
        this.secondsPerPart = faults.get("restore-seconds").map(Double::parseDouble).orElse(0.0) / PARTS;
    }

    static void before(Faults faults) {
        faults.get("restore-fail-before").ifPresent(RestoreFaults::fail);
    }

    @Override
    public int read() throws IOException {
        var single = new byte[1];
        return read(single, 0, 1) == -1 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        // In parts, so that a small artifact has a middle as well.
        var part = (int) Math.min(length, Math.max(1, size / PARTS));
        var count = super.read(buffer, offset, part);
        read += Math.max(count, 0);
        while (partsDone < PARTS && read * PARTS >= size * (partsDone + 1L)) {
            partsDone++;
            finishPart();
        }
        return count;
    }

    private void finishPart() {
        if (secondsPerPart > 0) {
            Faults.pause(secondsPerPart);
            out.printf("Restored %d%% of the artifact.%n", partsDone * 100 / PARTS);
        }
        if (partsDone == PARTS / 2) {
            faults.get("restore-fail-midway").ifPresent(RestoreFaults::fail);
            // A process cannot send itself SIGKILL where it is the first of its container; nothing is cleaned up either way.
            faults.get("restore-crash-midway").ifPresent(on -> Runtime.getRuntime().halt(SIGKILL_EXIT));
        }
    }

    /** The value is "EXITCODE message". */
    private static void fail(String value) {
        var space = value.indexOf(' ');
        var code = space < 0 ? value : value.substring(0, space);
        throw new CommandFailedException(space < 0 ? "Restore failed." : value.substring(space + 1), Integer.parseInt(code));
    }
}
