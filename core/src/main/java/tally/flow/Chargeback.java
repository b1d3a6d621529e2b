package tally.flow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tally.flow.Signal.DisputeMoved;
import tally.flow.Signal.GrantMoved;
import tally.flow.Signal.GrantsFrozen;
import tally.flow.Signal.GrantsThawed;
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
import tally.treasury.Grant;

/// A payer's bank asks for a payment back: what is unspent is frozen and reclaimed on chain, what
/// is spent is the house's loss if the dispute is lost.
public sealed interface Chargeback extends Flow {

  Data data();

  /// What is known so far; empty before anything is asked for.
  default Optional<ChargebackFacts> known() {
    return switch (this) {
      case Opened _ -> Optional.empty();
      case Stopping it -> Optional.of(it.facts());
      case Freezing it -> Optional.of(it.facts());
      case Reclaiming it -> Optional.of(it.facts());
      case Thawing it -> Optional.of(it.facts());
      case Held it -> Optional.of(it.facts());
      case Lost it -> Optional.of(it.facts());
      case Won it -> Optional.of(it.facts());
    };
  }

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

    Command thawGrants() {
      return new Command.ThawGrants(lot, round);
    }

    Command reclaim(Purchase.PartEnd part, boolean consent) {
      return new Command.ReclaimGrant(
          part.grant(),
          part.tokens().minus(part.held()).units(),
          consent,
          consent ? surrender(part.grant()) : transaction("reclaim/" + part.grant().value()));
    }

    TransactionId surrender(Grant.Id grant) {
      return transaction("surrender/" + grant.value());
    }

    /// @param time 1 or 2 in each round
    Command freezeGrants(int time) {
      return new Command.FreezeGrants(lot, about.dispute(), 2 * (round - 1) + time);
    }

    /// @param time from 1 in each round
    Command.FreezeGrant freezeAgain(Grant.Id grant, int time) {
      return new Command.FreezeGrant(
          grant, about.dispute(), transaction("freeze again/" + time + "/" + grant.value()));
    }
  }

  enum Verdict {
    LOST,
    WON
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
  record Stopping(Data data, ChargebackFacts facts, Optional<Set<UUID>> told, Set<UUID> ended)
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
            Step.to(new Stopping(data, facts.hear(dispute), told, ended));
        default ->
            ChargebackSteps.appeals(
                this, facts, now -> new Stopping(data, now, told, ended), signal);
      };
    }

    private Step next(ChargebackFacts now, Optional<Set<UUID>> all, Set<UUID> done) {
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
  record Freezing(Data data, ChargebackFacts facts) implements Chargeback {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case LotFrozen(_, var amount) -> Step.to(new Freezing(data, facts.freeze(amount)));
        case MoneyFreed word -> Step.to(this, ChargebackSteps.freeze(data, facts, word));
        case GrantsFrozen _ -> reclaim();
        case DisputeMoved(var dispute) -> Step.to(new Freezing(data, facts.hear(dispute)));
        default -> ChargebackSteps.appeals(this, facts, now -> new Freezing(data, now), signal);
      };
    }

    private Step reclaim() {
      var waiting = new HashSet<UUID>();
      var commands = new ArrayList<Command>();
      for (var part : facts.parts()) {
        if (!part.held().isZero()) {
          waiting.add(part.grant().value());
          commands.add(data.reclaim(part, false));
        }
      }
      if (waiting.isEmpty()) {
        return ChargebackSteps.settle(data, facts);
      }
      return facts.verdict().equals(Optional.of(Verdict.WON))
          ? ChargebackSteps.thaw(data, facts, waiting)
          : Step.to(new Reclaiming(data, facts, waiting), commands);
    }
  }

  /// Waits for the appeal window, and for the council where the payer appeals.
  record Reclaiming(Data data, ChargebackFacts facts, Set<UUID> waiting) implements Chargeback {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case PowerReclaimed word when waiting.contains(word.grant().order().id().value()) ->
            reclaimed(ChargebackSteps.reclaimed(data, facts, word), word.grant());
        case LotFrozen(_, var amount) ->
            Step.to(new Reclaiming(data, facts.freeze(amount), waiting));
        case MoneyFreed word -> Step.to(this, ChargebackSteps.freeze(data, facts, word));
        case DisputeMoved(var dispute) -> heard(facts.hear(dispute));
        default ->
            ChargebackSteps.appeals(this, facts, now -> new Reclaiming(data, now, waiting), signal);
      };
    }

    /// Only a won dispute is acted upon before the window is over.
    private Step heard(ChargebackFacts now) {
      return now.verdict().equals(Optional.of(Verdict.WON))
          ? ChargebackSteps.thaw(data, now, waiting)
          : Step.to(new Reclaiming(data, now, waiting));
    }

    private Step reclaimed(ChargebackSteps.Outcome outcome, Grant grant) {
      var left = ChargebackSteps.without(waiting, grant);
      if (!left.isEmpty()) {
        return Step.to(new Reclaiming(data, outcome.facts(), left), outcome.commands());
      }
      return ChargebackSteps.after(
          outcome.commands(), ChargebackSteps.settle(data, outcome.facts()));
    }
  }

  /// The bank decided for us: what is frozen on chain is given back, and what of it is unspent is
  /// the payer's money again.
  record Thawing(Data data, ChargebackFacts facts, Set<UUID> waiting) implements Chargeback {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case GrantsThawed(var asked) -> Step.to(this, surrenders(asked));
        case GrantMoved(Grant.Granted grant) when waiting.contains(grant.order().id().value()) ->
            Step.to(this, data.reclaim(facts.held(grant.order().id().value()), true));
        case GrantMoved(Grant.Matured grant) when waiting.contains(grant.order().id().value()) ->
            given(ChargebackSteps.matured(data, facts, grant), grant);
        case PowerReclaimed word when waiting.contains(word.grant().order().id().value()) ->
            surrendered(word);
        case LotFrozen(_, var amount) -> Step.to(new Thawing(data, facts.freeze(amount), waiting));
        case DisputeMoved(var dispute) -> Step.to(new Thawing(data, facts.hear(dispute), waiting));
        default -> Step.stay(this);
      };
    }

    private Step surrendered(PowerReclaimed word) {
      return ChargebackSteps.vain(data, word)
          ? PurchaseSteps.nothingBack(this, word.grant().order().id(), word.reclaim())
          : ChargebackSteps.surrendered(data, facts, word)
              .map(outcome -> given(outcome, word.grant()))
              .orElse(Step.stay(this));
    }

    /// What was free already needs no thaw.
    private List<Command> surrenders(List<Grant.Id> asked) {
      return waiting.stream()
          .filter(grant -> !asked.contains(new Grant.Id(grant)))
          .map(grant -> data.reclaim(facts.held(grant), true))
          .toList();
    }

    private Step given(ChargebackSteps.Outcome outcome, Grant grant) {
      var left = ChargebackSteps.without(waiting, grant);
      return left.isEmpty()
          ? ChargebackSteps.after(
              outcome.commands(), ChargebackSteps.won(data, outcome.facts(), List.of()))
          : Step.to(new Thawing(data, outcome.facts(), left), outcome.commands());
    }
  }

  /// All that could be saved is frozen; the bank decides.
  record Held(Data data, ChargebackFacts facts) implements Chargeback {
    @Override
    public Step on(Signal signal) {
      return switch (signal) {
        case DisputeMoved(var dispute) -> ChargebackSteps.settle(data, facts.hear(dispute));
        case LotFrozen(_, var amount) -> Step.to(new Held(data, facts.freeze(amount)));
        case MoneyFreed word -> Step.to(this, ChargebackSteps.freeze(data, facts, word));
        case GrantMoved(Grant.Matured grant)
            when facts.spared().contains(grant.order().id().value()) ->
            ChargebackSteps.own(data, facts, grant, now -> new Held(data, now));
        default -> ChargebackSteps.appeals(this, facts, now -> new Held(data, now), signal);
      };
    }
  }

  record Lost(Data data, ChargebackFacts facts) implements Chargeback {
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
        case GrantMoved(Grant.Matured grant)
            when facts.spared().contains(grant.order().id().value()) ->
            ChargebackSteps.own(data, facts, grant, now -> new Lost(data, now));
        default -> Step.stay(this);
      };
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  /// The bank may open it again; then everything begins anew.
  record Won(Data data, ChargebackFacts facts) implements Chargeback {
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
