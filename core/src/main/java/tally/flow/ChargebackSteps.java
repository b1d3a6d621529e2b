package tally.flow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import tally.flow.Signal.MoneyFreed;
import tally.money.Amount;
import tally.money.Rate;
import tally.money.Rounding;
import tally.payment.Dispute;
import tally.treasury.Grant;

/// What several states of a chargeback do alike.
final class ChargebackSteps {

  private ChargebackSteps() {}

  static Step begin(Chargeback.Data data) {
    var commands = new ArrayList<Command>();
    if (data.about().withdrawn()) {
      commands.add(new Command.Post(Postings.disputeOpened(data.entry("opened"), data.about())));
    }
    commands.add(data.freezeLot("1", data.about().amount()));
    commands.add(data.freezeGrants(1));
    commands.add(new Command.TellPurchases(data.lot(), data.id()));
    var none = ChargebackFacts.none(Amount.zero(data.about().amount().asset()));
    return Step.to(new Chargeback.Stopping(data, none, Optional.empty(), Set.of()), commands);
  }

  /// The verdict that a dispute's state gives, if any.
  static Optional<Chargeback.Verdict> verdict(Dispute dispute) {
    return switch (dispute) {
      case Dispute.Warned _, Dispute.Inquiry _, Dispute.Opened _, Dispute.Contested _ ->
          Optional.empty();
      case Dispute.Lost _, Dispute.Accepted _ -> Optional.of(Chargeback.Verdict.LOST);
      case Dispute.Won _, Dispute.Prevented _, Dispute.Closed _ ->
          Optional.of(Chargeback.Verdict.WON);
    };
  }

  /// What is known after one grant's word, and what is to be done about it.
  record Outcome(ChargebackFacts facts, List<Command> commands) {}

  /// Once all that can be saved is saved, the verdict is booked, as soon as there is one.
  static Step settle(Chargeback.Data data, ChargebackFacts facts) {
    if (facts.verdict().isEmpty()) {
      return Step.to(new Chargeback.Held(data, facts));
    }
    return switch (facts.verdict().get()) {
      case LOST ->
          Step.to(
              new Chargeback.Lost(data, facts),
              new Command.Post(
                  Postings.disputeLost(
                      data.entry("lost"), data.about(), data.payer(), data.lot(), facts.frozen())));
      case WON ->
          facts.spared().isEmpty()
              ? won(data, facts, facts.parts().isEmpty() ? List.of() : List.of(data.thawGrants()))
              : thaw(data, facts, facts.spared());
    };
  }

  static Step won(Chargeback.Data data, ChargebackFacts facts, List<Command> first) {
    var commands = new ArrayList<>(first);
    if (data.about().withdrawn() || !facts.frozen().isZero()) {
      commands.add(
          new Command.Post(
              Postings.disputeWon(
                  data.entry("won"), data.about(), data.payer(), data.lot(), facts.frozen())));
    }
    return replay(Step.to(new Chargeback.Won(data, facts.caughtUp()), commands), facts.later());
  }

  /// What the gateway said while the end of this round was awaited.
  private static Step replay(Step won, List<Dispute> later) {
    var step = won;
    for (var dispute : later) {
      step = after(step.commands(), step.next().on(new Signal.DisputeMoved(dispute)));
    }
    return step;
  }

  static Step thaw(Chargeback.Data data, ChargebackFacts facts, Set<UUID> grants) {
    return Step.to(new Chargeback.Thawing(data, facts, grants), data.thawGrants());
  }

  /// A reclaim without consent has come to its end. What the council gave to the payer, or time, is
  /// his own; what it left to him by its silence stays his until it matures.
  static Outcome reclaimed(
      Chargeback.Data data, ChargebackFacts facts, Signal.PowerReclaimed word) {
    var id = word.grant().order().id().value();
    var part = facts.held(id);
    var tokens = new Amount(part.tokens().asset(), word.amount());
    var rest = part.held().lessAtMost(tokens);
    var commands = new ArrayList<Command>();
    var now = facts;
    if (!tokens.isZero()) {
      var fiat = worth(part, tokens);
      now = now.reclaim(tokens, fiat);
      commands.add(
          new Command.Post(
              Postings.reclaimed(
                  data.entry("reclaimed/" + id),
                  data.tenant(),
                  data.payer(),
                  data.lot(),
                  data.network(),
                  tokens,
                  fiat)));
    }
    if (rest.isZero()) {
      return new Outcome(now, commands);
    }
    return switch (word.grant()) {
      case Grant.Matured _ -> {
        commands.add(own(data, id, rest));
        yield new Outcome(now, commands);
      }
      case Grant.Granted _, Grant.Frozen _, Grant.Appealed _, Grant.Submitted _ ->
          new Outcome(now.spare(id), commands);
      case Grant.Reclaimed _, Grant.Failed _ -> new Outcome(now, commands);
    };
  }

  static Outcome matured(Chargeback.Data data, ChargebackFacts facts, Grant grant) {
    var id = grant.order().id().value();
    return new Outcome(facts, List.of(own(data, id, facts.held(id).held())));
  }

  /// What was spared has matured.
  static Step own(
      Chargeback.Data data,
      ChargebackFacts facts,
      Grant grant,
      Function<ChargebackFacts, Chargeback> next) {
    var now = facts.unspare(grant.order().id().value());
    return Step.to(next.apply(now), matured(data, facts, grant).commands());
  }

  private static Command own(Chargeback.Data data, UUID grant, Amount tokens) {
    return new Command.Post(
        Postings.matured(
            data.entry("matured/" + grant),
            data.tenant(),
            data.payer(),
            data.lot(),
            data.network(),
            tokens));
  }

  /// Whether a surrender brought nothing although what it asked for lies in the vault.
  static boolean vain(Chargeback.Data data, Signal.PowerReclaimed word) {
    return word.amount().signum() == 0
        && !(word.grant() instanceof Grant.Matured)
        && word.reclaim().equals(data.surrender(word.grant().order().id()));
  }

  /// A surrender after the thaw is an ordinary end of a purchase. Empty where an earlier reclaim
  /// was merely called off.
  static Optional<Outcome> surrendered(
      Chargeback.Data data, ChargebackFacts facts, Signal.PowerReclaimed word) {
    var grant = word.grant().order().id();
    boolean ours = word.reclaim().equals(data.surrender(grant));
    if (word.amount().signum() == 0) {
      return ours && word.grant() instanceof Grant.Matured matured
          ? Optional.of(matured(data, facts, matured))
          : Optional.empty();
    }
    if (!ours) {
      return Optional.of(reclaimed(data, facts, word));
    }
    var part = facts.held(grant.value());
    var tokens = new Amount(part.tokens().asset(), word.amount());
    var post =
        new Command.Post(
            Postings.converted(
                data.entry("converted/" + grant.value()),
                data.tenant(),
                data.payer(),
                data.lot(),
                data.network(),
                tokens,
                worth(part, tokens)));
    return Optional.of(new Outcome(facts, List.of(post)));
  }

  /// What every state hears in which something may be frozen on chain.
  static Step appeals(
      Chargeback state,
      ChargebackFacts facts,
      Function<ChargebackFacts, Chargeback> with,
      Signal signal) {
    var data = state.data();
    return switch (signal) {
      case Signal.AppealAsked _ ->
          Step.to(state, new Command.AppealGrants(data.lot(), data.round(), Optional.empty()));
      case Signal.GrantsAppealed(var asked) -> Step.to(with.apply(facts.ask(asked)));
      case Signal.AppealFailed failed -> refused(data, facts, with, failed);
      case Signal.FreezeFailed failed -> refreeze(state, facts, with, failed);
      case Signal.GrantMoved(Grant.Appealed(var order, _, var since)) ->
          Step.to(
              with.apply(facts.appeal(order.id().value(), new Appealing.Taken())),
              new Command.EndAppeal(
                  order.id(), data.transaction("silence/" + order.id().value() + "/" + since)));
      default -> Step.stay(state);
    };
  }

  /// Whoever wins needs no freeze, and a grant that is due to mature cannot be frozen any more.
  private static Step refreeze(
      Chargeback state,
      ChargebackFacts facts,
      Function<ChargebackFacts, Chargeback> with,
      Signal.FreezeFailed failed) {
    if (facts.verdict().equals(Optional.of(Chargeback.Verdict.WON))
        || failed.reason().equals("TooLate")) {
      return Step.stay(state);
    }
    var grant = failed.grant();
    var data = state.data();
    int before = facts.refrozen().getOrDefault(grant.value(), 0);
    if (before == ChargebackFacts.REFROZEN_MAX) {
      return Step.stuck(
          state,
          "grant "
              + grant.value()
              + " is not frozen: "
              + failed.reason()
              + "; a retry freezes it by a fresh transaction",
          data.freezeAgain(grant, before).transaction());
    }
    var now = with.apply(facts.refreeze(grant.value()));
    return Step.to(now, data.freezeAgain(grant, before + 1));
  }

  private static Step refused(
      Chargeback.Data data,
      ChargebackFacts facts,
      Function<ChargebackFacts, Chargeback> with,
      Signal.AppealFailed failed) {
    var grant = failed.grant();
    // It may be told before the answer that it was sent.
    var before = facts.appeals().getOrDefault(grant.value(), new Appealing.Asked(1));
    var now = before.refused(failed.reason());
    var next = with.apply(facts.appeal(grant.value(), now));
    return now instanceof Appealing.Asked(var sent) && !now.equals(before)
        ? Step.to(
            next,
            new Command.AppealGrants(
                data.lot(), data.round(), Optional.of(new Appealing.Again(grant, sent))))
        : Step.to(next);
  }

  static Set<UUID> without(Set<UUID> waiting, Grant grant) {
    var left = new HashSet<>(waiting);
    left.remove(grant.order().id().value());
    return left;
  }

  /// A step after what an earlier word commanded.
  static Step after(List<Command> first, Step step) {
    var commands = new ArrayList<>(first);
    commands.addAll(step.commands());
    return Step.to(step.next(), commands);
  }

  private static Amount worth(Purchase.PartEnd part, Amount tokens) {
    return new Rate(tokens.asset(), part.fiat().asset(), part.fiat().units(), part.tokens().units())
        .convert(tokens, Rounding.DOWN)
        .amount();
  }

  /// A refund that failed put money of this lot back into the balance.
  static Command freeze(Chargeback.Data data, ChargebackFacts facts, MoneyFreed word) {
    return data.freezeLot(
        word.refund().toString(), data.about().amount().lessAtMost(facts.frozen()));
  }

  /// What was frozen after the verdict lies frozen no longer.
  static List<Command> late(
      Chargeback.Data data, ChargebackFacts before, Amount amount, Amount loss) {
    return amount.isZero()
        ? List.of()
        : List.of(
            new Command.Post(
                Postings.frozenLate(
                    data.entry("late/" + before.frozen().units()),
                    data.tenant(),
                    data.payer(),
                    data.lot(),
                    amount,
                    loss)));
  }
}
