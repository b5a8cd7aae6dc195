package dev.neo4jrestore.standin.cluster;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Who leads the cluster, that is: who writes the system database. A plain stand-in for Raft: the leader stays while a
 * majority hears it; then the member with the most of the system database takes over, the first of the list among equals.
 */
public final class Election {
    private static final long QUIET_NANOS = 1_000_000_000L;

    private final Membership membership;
    private final Peers peers;
    private long term;
    private boolean leading;
    private Member leader;
    private long vacantSince;

    public Election(Membership membership, Peers peers, boolean founding) {
        this.membership = membership;
        this.peers = peers;
        if (founding) {
            term = 1;
            leading = true;
            leader = membership.self();
        }
    }

    public synchronized boolean leading() {
        return leading;
    }

    public synchronized long term() {
        return term;
    }

    public synchronized Optional<Member> leader() {
        return Optional.ofNullable(leader);
    }

    /** Once after every round of questions. */
    public synchronized void decide(long ownSystemTx) {
        var alive = peers.alive();
        var claim = alive.entrySet().stream()
                .filter(entry -> entry.getValue().leading())
                .max(Comparator.comparingLong(entry -> entry.getValue().term()));
        if (claim.isPresent() && outranks(claim.get())) {
            leading = false;
            leader = claim.get().getKey();
            term = claim.get().getValue().term();
            vacantSince = 0;
        } else if (!leading) {
            leader = null;
            takeOver(alive, ownSystemTx);
        } else if (!founding(alive) && !membership.isMajority(alive.size() + 1)) {
            leading = false;
            leader = null;
        }
    }

    /** The founder leads alone until the first of the others has joined. */
    private boolean founding(Map<Member, MemberStatus> alive) {
        return term == 1 && alive.values().stream().noneMatch(MemberStatus::serves) && membership.isFirst();
    }

    private boolean outranks(Map.Entry<Member, MemberStatus> claim) {
        var theirs = claim.getValue().term();
        return !leading || theirs > term || theirs == term && order(claim.getKey()) < order(membership.self());
    }

    private void takeOver(Map<Member, MemberStatus> alive, long ownSystemTx) {
        var others = alive.entrySet().stream().filter(entry -> entry.getValue().serves()).toList();
        var better = others.stream().anyMatch(entry -> entry.getValue().systemTx() > ownSystemTx
                || entry.getValue().systemTx() == ownSystemTx && order(entry.getKey()) < order(membership.self()));
        if (!membership.isMajority(others.size() + 1) || better) {
            vacantSince = 0;
            return;
        }
        if (vacantSince == 0) {
            vacantSince = System.nanoTime();
        } else if (System.nanoTime() - vacantSince > QUIET_NANOS) {
            var highest = others.stream().mapToLong(entry -> entry.getValue().term()).max().orElse(0);
            term = Math.max(term, highest) + 1;
            leading = true;
            leader = membership.self();
        }
    }

    private int order(Member member) {
        return membership.all().indexOf(member);
    }
}
