package dev.neo4jrestore.standin.cluster;

import dev.neo4jrestore.standin.Faults;
import java.io.IOException;
import java.util.Map;
import org.neo4j.io.fs.DefaultFileSystemAbstraction;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.kernel.database.NamedDatabaseId;

/**
 * What happens before the engine starts: the first of the list founds the cluster when a majority is there; everyone who
 * finds a leader takes over its system database; a member that was in already and finds none starts with its own.
 */
public final class Formation {
    private static final double PAUSE_SECONDS = 0.25;

    private final Membership membership;
    private final Peers peers;
    private final StoreMemo memo;

    public Formation(Membership membership, Peers peers, StoreMemo memo) {
        this.membership = membership;
        this.peers = peers;
        this.memo = memo;
    }

    /** @return whether this server founds the cluster */
    public boolean await(Neo4jLayout layout) throws InterruptedException {
        while (true) {
            peers.ask();
            var alive = peers.alive();
            var leader = alive.entrySet().stream()
                    .filter(entry -> entry.getValue().leading())
                    .map(Map.Entry::getKey)
                    .findFirst();
            if (leader.isPresent()) {
                if (joined(leader.get(), layout)) {
                    return false;
                }
            } else if (memo.formed()) {
                return false;
            }
            var everyoneIsNew = alive.values().stream().noneMatch(MemberStatus::formed);
            if (membership.isFirst() && everyoneIsNew && alive.size() == membership.all().size() - 1) {
                memo.form();
                return true;
            }
            Faults.pause(PAUSE_SECONDS);
        }
    }

    /** A leader that is lost on the way is no reason to give up. */
    private boolean joined(Member leader, Neo4jLayout layout) throws InterruptedException {
        try (var fs = new DefaultFileSystemAbstraction()) {
            var system = layout.databaseLayout(NamedDatabaseId.SYSTEM_DATABASE_NAME);
            StoreCopy.from(peers, leader, system, fs);
            memo.form();
            return true;
        } catch (IOException e) {
            System.out.println("Joining the cluster failed, trying again: " + e);
            return false;
        }
    }
}
