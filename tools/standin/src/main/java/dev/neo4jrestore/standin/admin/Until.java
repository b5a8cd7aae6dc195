package dev.neo4jrestore.standin.admin;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.neo4j.cli.CommandFailedException;
import org.neo4j.cli.ExitCode;
import org.neo4j.kernel.recovery.facade.RecoveryCriteria;

/** {@code --restore-until}: the engine's own criteria of recovery, from the two documented forms. */
final class Until {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Until() {}

    static RecoveryCriteria parse(String text) {
        if (text.chars().allMatch(Character::isDigit)) {
            return RecoveryCriteria.until(Long.parseLong(text));
        }
        try {
            return RecoveryCriteria.until(LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            throw new CommandFailedException(
                    "Invalid value for option '--restore-until': '" + text
                            + "' is neither a transaction id nor a time of the form yyyy-MM-dd HH:mm:ss",
                    ExitCode.USAGE);
        }
    }
}
