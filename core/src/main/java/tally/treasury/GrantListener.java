package tally.treasury;

import java.math.BigInteger;
import java.util.UUID;
import tally.money.Tenant;
import tally.x402.ChannelId;

/// Hears, in the same database transaction, that granted power moved on chain, deep enough to stay.
public interface GrantListener {

  sealed interface Fact {
    /// Granted, frozen, thawed, matured or failed.
    record GrantMoved(Grant grant) implements Fact {}

    /// So much came back from a channel into the user's account in the vault. Told after `sync`;
    /// zero where nothing came.
    record Returned(Tenant tenant, ChannelId channel, BigInteger amount, UUID sync)
        implements Fact {}

    /// So much of a grant came back into the reserve. Zero where nothing was there.
    record PowerReclaimed(Grant grant, BigInteger amount, UUID reclaim) implements Fact {}
  }

  void on(Fact fact);
}
