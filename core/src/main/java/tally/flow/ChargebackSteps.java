package tally.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tally.flow.Signal.MoneyFreed;
import tally.money.Amount;
import tally.money.Rate;
import tally.money.Rounding;

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
    var none =
        new Chargeback.Facts(
            Amount.zero(data.about().amount().asset()), List.of(), List.of(), Optional.empty());
    return Step.to(new Chargeback.Stopping(data, none, Optional.empty(), Set.of()), commands);
  }

  static Step settle(Chargeback.Data data, Chargeback.Facts facts) {
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
          data.about().withdrawn() || !facts.frozen().isZero()
              ? Step.to(
                  new Chargeback.Won(data, facts),
                  new Command.Post(
                      Postings.disputeWon(
                          data.entry("won"),
                          data.about(),
                          data.payer(),
                          data.lot(),
                          facts.frozen())))
              : Step.to(new Chargeback.Won(data, facts));
    };
  }

  static Amount worth(Purchase.PartEnd part, Amount tokens) {
    return new Rate(tokens.asset(), part.fiat().asset(), part.fiat().units(), part.tokens().units())
        .convert(tokens, Rounding.DOWN)
        .amount();
  }

  /// A refund that failed put money of this lot back into the balance.
  static Command freeze(Chargeback.Data data, Chargeback.Facts facts, MoneyFreed word) {
    return data.freezeLot(
        word.refund().toString(), data.about().amount().lessAtMost(facts.frozen()));
  }

  /// What was frozen after the verdict lies frozen no longer.
  static List<Command> late(
      Chargeback.Data data, Chargeback.Facts before, Amount amount, Amount loss) {
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
