package tally.treasury;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import tally.custody.Approval;
import tally.money.Amount;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;

/// One thing done to the vault, and how far it has come. Its id is its transaction's.
public record Act(Tenant tenant, TransactionId id, String network, Deed deed, Stage stage) {

  public sealed interface Deed {
    record Give(Grant.Id grant) implements Deed {}

    record Freeze(Grant.Id grant, String evidence) implements Deed {}

    record Thaw(Grant.Id grant) implements Deed {}

    record Appeal(Grant.Id grant) implements Deed {}

    /// Thaws an appealed grant when the council has been silent for its whole time.
    record EndAppeal(Grant.Id grant) implements Deed {}

    /// @param rest units that shall stay with the user
    record Reclaim(Grant.Id grant, BigInteger rest, boolean consent) implements Deed {}

    record Sync(ChannelId channel, ChannelConfig config) implements Deed {}

    record Recall(ChannelId channel, ChannelConfig config) implements Deed {}

    /// @param ripe the chain's time from which the withdrawal may end
    record Finish(ChannelId channel, ChannelConfig config, Instant ripe) implements Deed {}

    record Mature(Grant.Id grant) implements Deed {}

    /// Pays out what is a user's own.
    ///
    /// @param user his address in the vault
    /// @param word by which his key and the house's sign; it names where to, and the total
    record Release(Address user, Approval.PayOut word) implements Deed {}

    record Fund(Amount amount) implements Deed {}
  }

  public sealed interface Stage {
    /// Its transaction must not be submitted yet.
    record Waiting() implements Stage {}

    /// Its transaction is in the journal.
    record Sent() implements Stage {}

    /// Its transaction is final; what it did is still to be read.
    record Landed(long block, Bytes32 hash, boolean success, String reason) implements Stage {}

    /// Its transaction will never act.
    record Gone(String code) implements Stage {}

    /// Its facts are told.
    record Done() implements Stage {}
  }

  /// The grant that it is about, if any.
  public Optional<Grant.Id> grant() {
    return switch (deed) {
      case Deed.Give(var grant) -> Optional.of(grant);
      case Deed.Freeze(var grant, _) -> Optional.of(grant);
      case Deed.Thaw(var grant) -> Optional.of(grant);
      case Deed.Appeal(var grant) -> Optional.of(grant);
      case Deed.EndAppeal(var grant) -> Optional.of(grant);
      case Deed.Reclaim(var grant, _, _) -> Optional.of(grant);
      case Deed.Mature(var grant) -> Optional.of(grant);
      case Deed.Sync _, Deed.Recall _, Deed.Finish _, Deed.Release _, Deed.Fund _ ->
          Optional.empty();
    };
  }

  /// The channel that it is about, if any.
  public Optional<ChannelId> channel() {
    return switch (deed) {
      case Deed.Sync(var channel, _) -> Optional.of(channel);
      case Deed.Recall(var channel, _) -> Optional.of(channel);
      case Deed.Finish(var channel, _, _) -> Optional.of(channel);
      case Deed.Give _,
          Deed.Freeze _,
          Deed.Thaw _,
          Deed.Appeal _,
          Deed.EndAppeal _,
          Deed.Reclaim _,
          Deed.Mature _,
          Deed.Release _,
          Deed.Fund _ ->
          Optional.empty();
    };
  }

  public Act at(Stage next) {
    return new Act(tenant, id, network, deed, next);
  }
}
