package tally.treasury;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// Hears, in the same database transaction, that granted power moved on chain, deep enough to stay.
public interface GrantListener {

  sealed interface Fact {
    /// Granted, frozen, appealed, decided, thawed, matured or failed, by whomever.
    record GrantMoved(Grant grant) implements Fact {}

    /// A freeze that was sent can never act, and the grant is still its user's.
    ///
    /// @param reason the chain's name of the revert, or custody's or the journal's code
    record FreezeFailed(Grant grant, String reason) implements Fact {}

    /// An appeal that was sent can never act, and the grant is still frozen.
    ///
    /// @param reason the chain's name of the revert, or custody's or the journal's code
    record AppealFailed(Grant grant, String reason) implements Fact {}

    /// So much came back from a channel into its user's account in the vault, whoever had it
    /// credited. The vault knows channels and no tenants.
    ///
    /// @param transaction the chain's hash
    record Returned(String network, ChannelId channel, BigInteger amount, Bytes32 transaction)
        implements Fact {}

    /// What became of an act that recalls a channel.
    ///
    /// @param ripe when the withdrawal may end, by the chain's time; empty where nothing was begun
    record Recalled(Tenant tenant, ChannelId channel, UUID recall, Optional<Instant> ripe)
        implements Fact {}

    /// @param acted false where there was nothing to end; another may have ended it
    record RecallFinished(Tenant tenant, ChannelId channel, UUID finish, boolean acted)
        implements Fact {}

    /// The vault paid a user's own out to an address that he chose, whoever sent it.
    ///
    /// @param ordinal which one of its transaction it is, from 1
    record Released(
        String network,
        Address user,
        Address to,
        BigInteger amount,
        Bytes32 transaction,
        int ordinal)
        implements Fact {}

    /// A release of ours acted; `Released` tells what it paid, before this or after.
    record ReleaseActed(
        Tenant tenant, String network, Address user, UUID release, Bytes32 transaction)
        implements Fact {}

    /// A release of ours did nothing, and its transaction never will.
    ///
    /// @param overtaken the vault has paid out as much by another transaction, of which `Released`
    ///   tells
    record ReleaseEnded(
        Tenant tenant, String network, Address user, UUID release, boolean overtaken)
        implements Fact {}

    /// So much of a grant came back into the reserve. Zero where nothing was there.
    record PowerReclaimed(Grant grant, BigInteger amount, UUID reclaim) implements Fact {}
  }

  void on(Fact fact);
}
