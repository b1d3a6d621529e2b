package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tally.escrow.Channel;
import tally.flow.Signal.ChannelClaimed;
import tally.flow.Signal.ChannelPaidOut;
import tally.flow.Signal.ChannelRefunded;
import tally.flow.Signal.ClaimAsked;
import tally.flow.Signal.EndAsked;
import tally.flow.Signal.PayoutAsked;
import tally.flow.Signal.RefundAsked;
import tally.ledger.EntryId;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;
import tally.network.TransactionId;

/// A provider gets what he has vouchers for, while the channel pays and when it ends, and gives
/// back the rest of it.
public sealed interface Settlement extends Flow {

  Data data();

  Progress progress();

  /// @param delivery what the channel pays for
  record Data(FlowId id, UUID delivery, Channel.Terms terms, Asset asset) {}

  /// What the chain has said since the sale began, in units of the channel's token.
  ///
  /// @param total claimed in all, as the contract counts it
  /// @param claimed what claims have brought
  /// @param paid how much of that is at the provider's own address
  record Progress(BigInteger total, BigInteger claimed, BigInteger paid) {
    public static final Progress NONE =
        new Progress(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

    Progress claim(ChannelClaimed fact) {
      return new Progress(total.max(fact.total()), claimed.add(fact.amount()), paid);
    }

    Progress pay(BigInteger amount) {
      return new Progress(total, claimed, paid.add(amount));
    }

    /// Nothing is left to be paid out, whoever had it paid.
    Progress allPaid() {
      return new Progress(total, claimed, claimed);
    }

    boolean unpaid() {
      return paid.compareTo(claimed) < 0;
    }
  }

  @Override
  default FlowId id() {
    return data().id();
  }

  @Override
  default Tenant tenant() {
    return data().terms().tenant();
  }

  @Override
  default Set<UUID> watches() {
    return Set.of(data().terms().id().subject());
  }

  @Override
  default boolean over() {
    return false;
  }

  /// The channel pays. Claims come and go beside it.
  record Serving(Data data, Progress progress) implements Settlement {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case ChannelClaimed claimed when ours(claimed) ->
            Step.to(new Serving(data, progress.claim(claimed)), earned(claimed));
        case ChannelPaidOut paid -> Step.to(new Serving(data, progress.pay(paid.amount())));
        case EndAsked _ ->
            Step.to(new Claiming(data, progress), new Command.ClaimChannel(data.terms()));
        default -> Step.stay(this);
      };
    }
  }

  /// The last claim is asked for.
  record Claiming(Data data, Progress progress) implements Settlement {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case ChannelClaimed claimed when ours(claimed) ->
            Step.to(new Claiming(data, progress.claim(claimed)), earned(claimed));
        case ChannelPaidOut paid -> Step.to(new Claiming(data, progress.pay(paid.amount())));
        case ClaimAsked(var total) -> giveBack(total);
        default -> Step.stay(this);
      };
    }

    /// The rest goes back without waiting for the claim: what is promised is no part of it.
    private Step giveBack(BigInteger asked) {
      var commands = new ArrayList<Command>();
      commands.add(
          new Command.RefundChannel(data.terms(), new TransactionId(data.id().derive("refund"))));
      if (progress.total().compareTo(asked) >= 0 && progress.unpaid()) {
        commands.add(new Command.SettleChannel(data.terms()));
      }
      return Step.to(new GivingBack(data, progress, asked, false), commands);
    }
  }

  /// @param asked what the last claim is to raise the total to
  /// @param returned whether the rest is back
  record GivingBack(Data data, Progress progress, BigInteger asked, boolean returned)
      implements Settlement {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case RefundAsked(var amount) when amount.signum() == 0 -> next(progress, true, List.of());
        case ChannelRefunded refunded when refunded.side() == Channel.Side.RECEIVER ->
            next(progress, true, List.of());
        case ChannelClaimed claimed when ours(claimed) -> claimed(claimed);
        case ChannelPaidOut paid -> next(progress.pay(paid.amount()), returned, List.of());
        case PayoutAsked(var amount) when amount.signum() == 0 ->
            next(progress.allPaid(), returned, List.of());
        default -> Step.stay(this);
      };
    }

    private Step claimed(ChannelClaimed claimed) {
      var now = progress.claim(claimed);
      var commands = new ArrayList<Command>();
      commands.add(earned(claimed));
      if (now.total().compareTo(asked) >= 0) {
        commands.add(new Command.SettleChannel(data.terms()));
      }
      return next(now, returned, commands);
    }

    private Step next(Progress now, boolean back, List<Command> commands) {
      if (!back || now.total().compareTo(asked) < 0) {
        return Step.to(new GivingBack(data, now, asked, back), commands);
      }
      return Step.to(now.unpaid() ? new PayingOut(data, now) : new Settled(data, now), commands);
    }
  }

  /// What was claimed goes to the provider's own address, with his other claims.
  record PayingOut(Data data, Progress progress) implements Settlement {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case ChannelPaidOut paid -> next(progress.pay(paid.amount()));
        case PayoutAsked(var amount) when amount.signum() == 0 -> next(progress.allPaid());
        default -> Step.stay(this);
      };
    }

    private Step next(Progress now) {
      return Step.to(now.unpaid() ? new PayingOut(data, now) : new Settled(data, now));
    }
  }

  record Settled(Data data, Progress progress) implements Settlement {
    /// A deposit that comes later may make good what could not be claimed.
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case ChannelClaimed claimed when ours(claimed) ->
            Step.to(
                new Settled(data, progress.claim(claimed)),
                earned(claimed),
                new Command.SettleChannel(data.terms()));
        case ChannelPaidOut paid -> Step.to(new Settled(data, progress.pay(paid.amount())));
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  // What several states do alike.

  /// Whether the receiver's side tells it. The payer's may be kept by the same node.
  default boolean ours(ChannelClaimed claimed) {
    return claimed.side() == Channel.Side.RECEIVER;
  }

  default Command earned(ChannelClaimed claimed) {
    var entry = id().derive("earned/" + claimed.transaction() + "/" + claimed.total());
    return new Command.Post(
        Postings.earned(
            new EntryId(entry),
            tenant(),
            data().terms().holder(),
            data().terms().network(),
            new Amount(data().asset(), claimed.amount())));
  }
}
