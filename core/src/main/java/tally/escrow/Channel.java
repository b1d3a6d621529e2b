package tally.escrow;

import java.math.BigInteger;
import java.util.Optional;
import tally.escrow.port.Channels.Deposit;
import tally.escrow.port.Channels.Event;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Voucher;

/// A payment channel, as one of its two sides keeps it.
public sealed interface Channel {

  Terms terms();

  enum Side {
    PAYER,
    RECEIVER
  }

  record Terms(
      ChannelId id,
      Tenant tenant,
      Side side,
      Holder holder,
      String network,
      ChannelConfig config) {}

  /// Numbers in units of the channel's token; totals, so they only grow, except `balance` and
  /// `withdrawing`.
  ///
  /// @param balance deposits less returns, as last read from the chain; what was claimed is still
  ///   included
  /// @param withdrawing what the payer's pending one-sided withdrawal asks for
  /// @param voucher the highest signed (payer) or received (receiver)
  record Standing(
      BigInteger balance, BigInteger claimed, BigInteger withdrawing, Optional<Voucher> voucher) {
    public static final Standing NONE =
        new Standing(BigInteger.ZERO, BigInteger.ZERO, Optional.empty());

    /// Nothing is being withdrawn.
    public Standing(BigInteger balance, BigInteger claimed, Optional<Voucher> voucher) {
      this(balance, claimed, BigInteger.ZERO, voucher);
    }

    public BigInteger promised() {
      return voucher.map(Voucher::maxClaimable).orElse(BigInteger.ZERO);
    }

    /// The total that a claim can reach: what is promised, as far as the channel holds it.
    public BigInteger claimable() {
      return promised().min(balance);
    }

    /// What a claim would bring.
    public BigInteger unclaimed() {
      return claimable().subtract(claimed).max(BigInteger.ZERO);
    }

    /// The highest total that a voucher may promise: what is there, less what is being withdrawn.
    public BigInteger ceiling() {
      return balance.subtract(withdrawing).max(BigInteger.ZERO);
    }

    /// What a new voucher could still move; zero where all is claimed or on its way back.
    public BigInteger available() {
      return ceiling().subtract(claimed).max(BigInteger.ZERO);
    }

    /// What is in the channel and nobody's by voucher or claim.
    public BigInteger unpromised() {
      return balance.subtract(promised().max(claimed)).max(BigInteger.ZERO);
    }

    /// What new vouchers could still promise beyond those that are there.
    public BigInteger left() {
      return ceiling().subtract(promised().max(claimed)).max(BigInteger.ZERO);
    }

    /// All that is left in the channel was claimed.
    public boolean exhausted() {
      return balance.compareTo(claimed) <= 0;
    }

    /// The same promises beside what the chain says now.
    public Standing at(Deposit now) {
      return new Standing(now.balance(), now.totalClaimed(), now.withdrawing(), voucher);
    }
  }

  /// Payer: the draw is on its way.
  record Opening(Terms terms, BigInteger total) implements Channel {
    public Opening raised(BigInteger to) {
      return new Opening(terms, total.max(to));
    }

    public Abandoned abandoned(String why) {
      return new Abandoned(terms, why);
    }
  }

  record Open(Terms terms, Standing standing) implements Channel {}

  /// The receiver claims and gives back the rest. He takes no more vouchers, since the rest was
  /// counted.
  record Closing(Terms terms, Standing standing) implements Channel {}

  /// The payer takes back one-sidedly; the receiver claims in time. Vouchers go on below what is
  /// being withdrawn.
  record Withdrawing(Terms terms, Standing standing) implements Channel {}

  /// Everything in it is claimed and the rest is back; a new deposit opens it again.
  record Settled(Terms terms, Standing standing) implements Channel {}

  record Abandoned(Terms terms, String why) implements Channel {}

  /// What is known of its numbers; none before the first deposit.
  default Standing standing() {
    return Standing.NONE;
  }

  /// Takes in what happened on chain, deep enough to stay. The chain is always right, so every
  /// state answers to every event.
  ///
  /// @param now the channel as the chain has it after the event, perhaps after later ones too
  default Channel on(Event event, Deposit now) {
    var next = standing().at(now);
    return switch (event) {
      case Event.Deposited _ -> deposited(next);
      case Event.Claimed _ -> claimed(next);
      case Event.Refunded _, Event.Withdrawn _ -> returned(next);
      case Event.WithdrawInitiated _ -> seen(next);
      case Event.Settled _ -> this;
    };
  }

  /// Takes in a newer look at the chain, without an event: numbers move; a settled or abandoned
  /// channel that holds something is open again.
  default Channel seen(Deposit now) {
    var next = standing().at(now);
    return switch (this) {
      case Settled _, Abandoned _ when next.available().signum() > 0 -> flowing(next);
      case Opening _, Open _, Closing _, Withdrawing _, Settled _, Abandoned _ -> seen(next);
    };
  }

  /// Receiver: gives back the rest from now on.
  default Channel closing() {
    return switch (this) {
      case Open(var terms, var standing) -> atRest(new Closing(terms, standing));
      case Withdrawing(var terms, var standing) -> atRest(new Closing(terms, standing));
      case Closing closing -> atRest(closing);
      case Settled _ -> this;
      case Opening _, Abandoned _ ->
          throw new IllegalStateException("nothing to give back: " + terms().id());
    };
  }

  private Channel deposited(Standing next) {
    return switch (this) {
      case Opening _, Open _, Withdrawing _, Settled _, Abandoned _ -> flowing(next);
      case Closing _ -> new Closing(terms(), next);
    };
  }

  private Channel claimed(Standing next) {
    return atRest(seen(next));
  }

  private Channel returned(Standing next) {
    return switch (this) {
      case Opening _, Abandoned _ -> this;
      case Open _, Withdrawing _, Settled _ ->
          next.exhausted() ? new Settled(terms(), next) : flowing(next);
      // More than we gave back is left: somebody raised the deposit meanwhile, and nothing is owed
      // to us.
      case Closing _ when !next.exhausted() && next.promised().compareTo(next.claimed()) <= 0 ->
          flowing(next);
      case Closing _ -> atRest(new Closing(terms(), next));
    };
  }

  /// The same state with newer numbers.
  private Channel seen(Standing next) {
    return switch (this) {
      case Opening _, Abandoned _ -> this;
      case Open _, Withdrawing _ -> flowing(next);
      case Closing _ -> new Closing(terms(), next);
      case Settled _ -> new Settled(terms(), next);
    };
  }

  private Channel flowing(Standing next) {
    return next.withdrawing().signum() > 0
        ? new Withdrawing(terms(), next)
        : new Open(terms(), next);
  }

  /// A closing channel that has nothing left is settled.
  private static Channel atRest(Channel channel) {
    return channel instanceof Closing(var terms, var standing) && standing.exhausted()
        ? new Settled(terms, standing)
        : channel;
  }
}
