package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tally.escrow.Channel;
import tally.flow.Signal.ChannelClaimed;
import tally.flow.Signal.ChannelDeposited;
import tally.flow.Signal.ChannelPaidOut;
import tally.flow.Signal.ChannelRefunded;
import tally.flow.Signal.ChannelWithdrawn;
import tally.flow.Signal.ClaimAsked;
import tally.flow.Signal.CreditUsed;
import tally.flow.Signal.EndAsked;
import tally.flow.Signal.PayoutAsked;
import tally.flow.Signal.RefundAsked;
import tally.flow.Signal.VouchersLost;
import tally.flow.Signal.VouchersRegained;
import tally.flow.Signal.WithdrawalBegun;
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

  /// The same state, with more said by the chain.
  Settlement with(Progress next);

  /// @param delivery what the channel pays for
  record Data(FlowId id, UUID delivery, Channel.Terms terms, Asset asset) {
    private EntryId entry(String step) {
      return new EntryId(id.derive(step));
    }

    private Amount amount(BigInteger units) {
      return new Amount(asset, units);
    }
  }

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
    public Serving with(Progress next) {
      return new Serving(data, next);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case EndAsked _ -> claim();
        case WithdrawalBegun begun -> {
          boolean paused = begun.left().signum() == 0;
          var next = new Withdrawing(data, progress, paused);
          yield paused ? Step.to(next, pause()) : Step.to(next);
        }
        // It began before this sale did.
        case ChannelWithdrawn withdrawn when withdrawn.left().signum() == 0 -> end();
        default -> heard(signal);
      };
    }
  }

  /// The buyer takes back one-sidedly. What he promised is being claimed; he is served as far as he
  /// can still promise.
  ///
  /// @param paused whether that is nothing
  record Withdrawing(Data data, Progress progress, boolean paused) implements Settlement {
    @Override
    public Withdrawing with(Progress next) {
      return new Withdrawing(data, next, paused);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case EndAsked _ -> claim();
        case ChannelWithdrawn withdrawn ->
            withdrawn.left().signum() == 0 ? end() : resume(new Serving(data, progress));
        case CreditUsed _ when !paused -> Step.to(new Withdrawing(data, progress, true), pause());
        case ChannelDeposited raised when raised.side() == Channel.Side.RECEIVER ->
            resume(new Withdrawing(data, progress, false));
        default -> heard(signal);
      };
    }

    private Step resume(Settlement next) {
      return paused ? Step.to(next, new Command.ResumeSale(data.delivery())) : Step.to(next);
    }
  }

  /// The last claim is asked for.
  record Claiming(Data data, Progress progress) implements Settlement {
    @Override
    public Claiming with(Progress next) {
      return new Claiming(data, next);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case ClaimAsked(var total) -> giveBack(total);
        case VouchersLost lost -> Step.to(this, lost(lost), new Command.ClaimChannel(data.terms()));
        default -> heard(signal);
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
    public GivingBack with(Progress next) {
      return new GivingBack(data, next, asked, returned);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case RefundAsked(var amount) when amount.signum() == 0 ->
            new GivingBack(data, progress, asked, true).next(false);
        case ChannelRefunded refunded when refunded.side() == Channel.Side.RECEIVER ->
            new GivingBack(data, progress, asked, true).next(false);
        case ChannelClaimed claimed when ours(claimed) ->
            with(progress.claim(claimed)).next(true, earned(claimed));
        case ChannelPaidOut paid -> with(progress.pay(paid.amount())).next(false);
        case PayoutAsked(var amount) when amount.signum() == 0 ->
            with(progress.allPaid()).next(false);
        // Less can be had than was asked for: asked again, to what there is.
        case VouchersLost lost -> Step.to(this, lost(lost), new Command.ClaimChannel(data.terms()));
        case ClaimAsked(var total) -> new GivingBack(data, progress, total, returned).next(true);
        default -> heard(signal);
      };
    }

    /// @param more whether the claim may just have become whole, and wants to be paid
    private Step next(boolean more, Command... before) {
      var commands = new ArrayList<>(List.of(before));
      boolean claimed = progress.total().compareTo(asked) >= 0;
      if (more && claimed && progress.unpaid()) {
        commands.add(new Command.SettleChannel(data.terms()));
      }
      if (!returned || !claimed) {
        return Step.to(this, commands);
      }
      return Step.to(
          progress.unpaid() ? new PayingOut(data, progress) : new Settled(data, progress),
          commands);
    }
  }

  /// What was claimed goes to the provider's own address, with his other claims.
  record PayingOut(Data data, Progress progress) implements Settlement {
    @Override
    public PayingOut with(Progress next) {
      return new PayingOut(data, next);
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case ChannelPaidOut paid -> next(progress.pay(paid.amount()));
        case PayoutAsked(var amount) when amount.signum() == 0 -> next(progress.allPaid());
        default -> heard(signal);
      };
    }

    private Step next(Progress now) {
      return Step.to(now.unpaid() ? with(now) : new Settled(data, now));
    }
  }

  record Settled(Data data, Progress progress) implements Settlement {
    @Override
    public Settled with(Progress next) {
      return new Settled(data, next);
    }

    /// A deposit that comes later may make good what could not be claimed.
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case ChannelClaimed claimed when ours(claimed) ->
            Step.to(
                with(progress.claim(claimed)),
                earned(claimed),
                new Command.SettleChannel(data.terms()));
        default -> heard(signal);
      };
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  // What several states do alike.

  /// What moves value and no state.
  default Step heard(Signal signal) {
    return switch (signal) {
      case ChannelClaimed claimed when ours(claimed) ->
          Step.to(with(progress().claim(claimed)), earned(claimed));
      case ChannelPaidOut paid -> Step.to(with(progress().pay(paid.amount())));
      case VouchersLost lost -> Step.to(this, lost(lost));
      case VouchersRegained regained -> Step.to(this, regained(regained));
      default -> Step.stay(this);
    };
  }

  /// The last claim: from now on no voucher is taken.
  default Step claim() {
    return Step.to(new Claiming(data(), progress()), new Command.ClaimChannel(data().terms()));
  }

  /// Nothing is left that could pay for more.
  default Step end() {
    return Step.to(
        new Claiming(data(), progress()),
        new Command.EndSale(data().delivery()),
        new Command.ClaimChannel(data().terms()));
  }

  default Command pause() {
    return new Command.PauseSale(data().delivery());
  }

  /// Whether the receiver's side tells it. The payer's may be kept by the same node.
  default boolean ours(ChannelClaimed claimed) {
    return claimed.side() == Channel.Side.RECEIVER;
  }

  default Command earned(ChannelClaimed claimed) {
    var terms = data().terms();
    return new Command.Post(
        Postings.earned(
            data().entry("earned/" + claimed.transaction() + "/" + claimed.total()),
            tenant(),
            terms.holder(),
            terms.network(),
            data().amount(claimed.amount())));
  }

  default Command lost(VouchersLost lost) {
    return new Command.Post(
        Postings.tooLate(
            data().entry("lost/" + lost.transaction()),
            tenant(),
            data().terms().holder(),
            data().amount(lost.amount())));
  }

  default Command regained(VouchersRegained regained) {
    return new Command.Post(
        Postings.madeGood(
            data().entry("regained/" + regained.transaction()),
            tenant(),
            data().terms().holder(),
            data().amount(regained.amount())));
  }
}
