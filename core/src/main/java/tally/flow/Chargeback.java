package tally.flow;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tally.flow.Signal.DisputeMoved;
import tally.flow.Signal.GrantsFrozen;
import tally.flow.Signal.LotFrozen;
import tally.flow.Signal.MoneyFreed;
import tally.flow.Signal.PowerReclaimed;
import tally.flow.Signal.PurchaseEnded;
import tally.flow.Signal.PurchasesTold;
import tally.ledger.Account;
import tally.ledger.EntryId;
import tally.ledger.LotId;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.payment.Dispute;

/// A payer's bank asks for a payment back: what is unspent is frozen and reclaimed on chain, what
/// is spent is the house's loss if the dispute is lost.
public sealed interface Chargeback extends Flow {

  Data data();

  /// @param network where grants of this lot were made
  /// @param round from 1; a dispute that was won and is opened again is another round
  record Data(
      FlowId id,
      Tenant tenant,
      Dispute.Case about,
      Holder payer,
      LotId lot,
      String network,
      int round) {

    public Data(
        FlowId id, Tenant tenant, Dispute.Case about, Holder payer, LotId lot, String network) {
      this(id, tenant, about, payer, lot, network, 1);
    }

    Data again(Dispute.Case now) {
      return new Data(id, tenant, now, payer, lot, network, round + 1);
    }

    UUID derive(String step) {
      return id.derive(round == 1 ? step : "round/" + round + "/" + step);
    }

    EntryId entry(String step) {
      return new EntryId(derive(step));
    }

    TransactionId transaction(String step) {
      return new TransactionId(derive(step));
    }

    Command freezeLot(String what, Amount most) {
      return new Command.FreezeLot(
          entry("freeze/" + what),
          new Account.Available(payer, lot),
          new Account.Frozen(payer, lot),
          most);
    }

    /// @param time 1 or 2 in each round
    Command freezeGrants(int time) {
      return new Command.FreezeGrants(lot, about.dispute(), 2 * (round - 1) + time);
    }
  }

  enum Verdict {
    LOST,
    WON
  }

  /// What is known so far.
  ///
  /// @param frozen money of the lot that is frozen
  /// @param parts how the purchases that it paid for ended
  /// @param reclaimed tokens that came back into the reserve, one sum a grant
  record Facts(
      Amount frozen,
      List<Purchase.PartEnd> parts,
      List<Amount> reclaimed,
      Optional<Verdict> verdict) {
    public Facts {
      parts = List.copyOf(parts);
      reclaimed = List.copyOf(reclaimed);
    }

    Facts freeze(Amount more) {
      return new Facts(frozen.plus(more), parts, reclaimed, verdict);
    }

    Facts end(List<Purchase.PartEnd> more) {
      var all = new ArrayList<>(parts);
      all.addAll(more);
      return new Facts(frozen, all, reclaimed, verdict);
    }

    Facts reclaim(Amount tokens, Amount fiat) {
      var all = new ArrayList<>(reclaimed);
      all.add(tokens);
      return new Facts(frozen.plus(fiat), parts, all, verdict);
    }

    Facts decide(Verdict said) {
      return new Facts(frozen, parts, reclaimed, Optional.of(said));
    }
  }

  /// The verdict that a dispute's state gives, if any.
  static Optional<Verdict> verdict(Dispute dispute) {
    return switch (dispute) {
      case Dispute.Warned _, Dispute.Inquiry _, Dispute.Opened _, Dispute.Contested _ ->
          Optional.empty();
      case Dispute.Lost _, Dispute.Accepted _ -> Optional.of(Verdict.LOST);
      case Dispute.Won _, Dispute.Prevented _, Dispute.Closed _ -> Optional.of(Verdict.WON);
    };
  }

  @Override
  default FlowId id() {
    return data().id();
  }

  @Override
  default Tenant tenant() {
    return data().tenant();
  }

  @Override
  default boolean over() {
    return false;
  }

  record Opened(Data data) implements Chargeback {
    @Override
    public Step on(Signal signal) {
      if (!(signal instanceof Signal.Begun)) {
        return Step.stay(this);
      }
      return ChargebackSteps.begin(data);
    }
  }

  /// Purchases that the lot paid for are ended, so that what they have not used comes back to the
  /// vault.
  ///
  /// @param told which purchases were told, once that is known
  /// @param ended which of them said that they ended
  record Stopping(Data data, Facts facts, Optional<Set<UUID>> told, Set<UUID> ended)
      implements Chargeback {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotFrozen(_, var amount) ->
            Step.to(new Stopping(data, facts.freeze(amount), told, ended));
        case PurchasesTold(var running) -> {
          var names = new HashSet<UUID>();
          running.forEach(flow -> names.add(flow.value()));
          yield next(facts, Optional.of(Set.copyOf(names)), ended);
        }
        case PurchaseEnded word -> {
          var names = new HashSet<>(ended);
          names.add(word.purchase().value());
          yield next(facts.end(word.parts()), told, names);
        }
        case DisputeMoved(var dispute) ->
            Chargeback.verdict(dispute)
                .map(said -> Step.to(new Stopping(data, facts.decide(said), told, ended)))
                .orElse(Step.stay(this));
        default -> Step.stay(this);
      };
    }

    private Step next(Facts now, Optional<Set<UUID>> all, Set<UUID> done) {
      if (all.isEmpty() || !done.containsAll(all.get())) {
        return Step.to(new Stopping(data, now, all, done));
      }
      return Step.to(
          new Freezing(data, now),
          data.freezeLot("2", data.about().amount().lessAtMost(now.frozen())),
          data.freezeGrants(2));
    }
  }

  /// What came free meanwhile is frozen too; then what lies in the vault is reclaimed.
  record Freezing(Data data, Facts facts) implements Chargeback {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotFrozen(_, var amount) -> Step.to(new Freezing(data, facts.freeze(amount)));
        case MoneyFreed word -> Step.to(this, ChargebackSteps.freeze(data, facts, word));
        case GrantsFrozen _ -> reclaim();
        case DisputeMoved(var dispute) ->
            Chargeback.verdict(dispute)
                .map(said -> Step.to(new Freezing(data, facts.decide(said))))
                .orElse(Step.stay(this));
        default -> Step.stay(this);
      };
    }

    private Step reclaim() {
      var waiting = new HashSet<UUID>();
      var commands = new ArrayList<Command>();
      for (var part : facts.parts()) {
        if (!part.held().isZero()) {
          waiting.add(part.grant().value());
          commands.add(
              new Command.ReclaimGrant(
                  part.grant(),
                  part.tokens().minus(part.held()).units(),
                  false,
                  data.transaction("reclaim/" + part.grant().value())));
        }
      }
      return waiting.isEmpty()
          ? ChargebackSteps.settle(data, facts)
          : Step.to(new Reclaiming(data, facts, waiting), commands);
    }
  }

  record Reclaiming(Data data, Facts facts, Set<UUID> waiting) implements Chargeback {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case PowerReclaimed(var grant, var amount)
            when waiting.contains(grant.order().id().value()) ->
            reclaimed(grant.order().id().value(), amount);
        case LotFrozen(_, var amount) ->
            Step.to(new Reclaiming(data, facts.freeze(amount), waiting));
        case MoneyFreed word -> Step.to(this, ChargebackSteps.freeze(data, facts, word));
        case DisputeMoved(var dispute) ->
            Chargeback.verdict(dispute)
                .map(said -> Step.to(new Reclaiming(data, facts.decide(said), waiting)))
                .orElse(Step.stay(this));
        default -> Step.stay(this);
      };
    }

    private Step reclaimed(UUID grant, BigInteger amount) {
      var part =
          facts.parts().stream()
              .filter(one -> one.grant().value().equals(grant) && !one.held().isZero())
              .findFirst()
              .orElseThrow();
      var left = new HashSet<>(waiting);
      left.remove(grant);
      var tokens = new Amount(part.tokens().asset(), amount);
      var fiat = ChargebackSteps.worth(part, tokens);
      var now = facts.reclaim(tokens, fiat);
      var commands = new ArrayList<Command>();
      if (amount.signum() > 0) {
        commands.add(
            new Command.Post(
                Postings.reclaimed(
                    data.entry("reclaimed/" + grant),
                    data.tenant(),
                    data.payer(),
                    data.lot(),
                    data.network(),
                    tokens,
                    fiat)));
      }
      if (!left.isEmpty()) {
        return Step.to(new Reclaiming(data, now, left), commands);
      }
      var step = ChargebackSteps.settle(data, now);
      commands.addAll(step.commands());
      return Step.to(step.next(), commands);
    }
  }

  /// All that could be saved is frozen; the bank decides.
  record Held(Data data, Facts facts) implements Chargeback {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case DisputeMoved(var dispute) ->
            Chargeback.verdict(dispute)
                .map(said -> ChargebackSteps.settle(data, facts.decide(said)))
                .orElse(Step.stay(this));
        case LotFrozen(_, var amount) -> Step.to(new Held(data, facts.freeze(amount)));
        case MoneyFreed word -> Step.to(this, ChargebackSteps.freeze(data, facts, word));
        default -> Step.stay(this);
      };
    }
  }

  record Lost(Data data, Facts facts) implements Chargeback {
    /// What the house lost: the disputed sum that nothing frozen could pay.
    public Amount loss() {
      return data.about().amount().lessAtMost(facts.frozen());
    }

    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case MoneyFreed word -> Step.to(this, ChargebackSteps.freeze(data, facts, word));
        case LotFrozen(_, var amount) ->
            Step.to(
                new Lost(data, facts.freeze(amount)),
                ChargebackSteps.late(data, facts, amount, amount.min(loss())));
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  /// The bank may open it again; then everything begins anew.
  record Won(Data data, Facts facts) implements Chargeback {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case DisputeMoved(Dispute.Opened(var about)) -> ChargebackSteps.begin(data.again(about));
        case LotFrozen(_, var amount) ->
            Step.to(
                new Won(data, facts.freeze(amount)),
                ChargebackSteps.late(data, facts, amount, Amount.zero(amount.asset())));
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return true;
    }
  }
}
