package tally.server.internal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.flow.Appealing;
import tally.flow.Chargeback;
import tally.flow.ChargebackFacts;
import tally.flow.Flows;
import tally.flow.Purchase;
import tally.flow.Refunding;
import tally.flow.Releasing;
import tally.flow.Stocking;
import tally.flow.TopUp;
import tally.money.Amount;
import tally.payment.Payment;
import tally.payment.Payments;
import tally.payment.Refunds;

/// How top-ups, refunds, releases, stocks, chargebacks and stories look from outside.
@Component
@Lazy
final class StoryViews {

  private final Payments payments;
  private final Refunds refunds;
  private final Assets assets;

  StoryViews(Payments payments, Refunds refunds, Assets assets) {
    this.payments = payments;
    this.refunds = refunds;
    this.assets = assets;
  }

  Views.TopUp view(TopUp topUp, Seen seen) {
    var data = topUp.data();
    var payment = payments.find(data.tenant(), data.payment());
    var action =
        payment
            .filter(Payment.ActionRequired.class::isInstance)
            .map(Payment.ActionRequired.class::cast)
            .map(waiting -> new Views.Action(waiting.action().url(), waiting.action().until()));
    String state =
        switch (topUp) {
          case TopUp.Requested _ -> "requested";
          case TopUp.Waiting _ ->
              payment.filter(Payment.Unknown.class::isInstance).isPresent() ? "unknown" : "waiting";
          case TopUp.Credited _ -> "credited";
          case TopUp.Returning _ -> "returned";
          case TopUp.Closed closed -> closed.code();
        };
    @Nullable String code = topUp instanceof TopUp.Closed closed ? closed.code() : null;
    return new Views.TopUp(
        data.id().value(),
        seen.shows(state, "waiting"),
        data.amount(),
        data.payment().value(),
        action.orElse(null),
        code);
  }

  Views.Refund view(Refunding refunding, Seen seen) {
    var data = refunding.data();
    var unsent =
        switch (refunding) {
          case Refunding.Waiting _ -> "waiting";
          case Refunding.Declined _ -> "declined";
          case Refunding.Requested _,
              Refunding.Taking _,
              Refunding.Sending _,
              Refunding.Refused _ ->
              "requested";
        };
    var parts =
        data.parts().stream()
            .map(part ->
                new Views.RefundPart(
                    part.payment().value(),
                    part.amount(),
                    refunds
                        .find(data.tenant(), part.refund())
                        .map(refund ->
                            refund.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT))
                        .orElse(unsent)))
            .toList();
    String state =
        switch (refunding) {
          case Refunding.Requested _, Refunding.Taking _ -> "requested";
          case Refunding.Waiting _ -> "waiting";
          case Refunding.Refused _ -> "failed";
          case Refunding.Declined _ -> "declined";
          case Refunding.Sending sending -> sent(sending, parts);
        };
    var declined = refunding instanceof Refunding.Declined it ? it : null;
    return new Views.Refund(
        data.id().value(),
        seen.shows(state, declined == null ? "sending" : "waiting"),
        data.amount(),
        parts,
        declined == null ? null : declined.decision().why());
  }

  private static String sent(Refunding.Sending sending, List<Views.RefundPart> parts) {
    if (sending.outcomes().containsValue(Refunding.Outcome.SENDING)) {
      return parts.stream().anyMatch(part -> part.state().equals("unknown"))
          ? "unknown"
          : "sending";
    }
    return sending.outcomes().containsValue(Refunding.Outcome.FAILED) ? "failed" : "completed";
  }

  static Views.Release view(Releasing releasing, Seen seen) {
    var data = releasing.data();
    String state =
        switch (releasing) {
          case Releasing.Requested _, Releasing.Promised _ -> "requested";
          case Releasing.Sent _ -> "sent";
          case Releasing.Released _ -> "released";
          case Releasing.Failed _ -> "failed";
          case Releasing.Refused _ -> "refused";
        };
    var refused = releasing instanceof Releasing.Refused it ? it : null;
    return new Views.Release(
        data.id().value(),
        seen.shows(state, "sent"),
        data.network(),
        data.to().checksummed(),
        data.amount(),
        releasing instanceof Releasing.Released it ? it.transaction() : null,
        refused == null ? null : refused.code(),
        refused == null ? seen.stalled().orElse(null) : refused.text());
  }

  static Views.Stock view(Stocking stocking, Seen seen) {
    String state =
        switch (stocking) {
          case Stocking.Requested _ -> "requested";
          case Stocking.Sent _ -> "sent";
          case Stocking.Stocked _ -> "stocked";
          case Stocking.Failed _ -> "failed";
        };
    return new Views.Stock(stocking.id().value(), seen.shows(state, "sent"));
  }

  Views.Chargeback view(Chargeback chargeback, Seen seen) {
    var facts = chargeback.known();
    var about = chargeback.data().about();
    var parts = facts.map(ChargebackFacts::parts).orElse(List.of());
    var loss =
        chargeback instanceof Chargeback.Lost lost
            ? lost.loss()
            : Amount.zero(about.amount().asset());
    return new Views.Chargeback(
        chargeback.id().value(),
        about.id().value(),
        seen.shows(
            chargeback.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT), "held"),
        tokens(parts.stream().map(Purchase.PartEnd::tokens).toList()),
        tokens(parts.stream().map(Purchase.PartEnd::spent).toList()),
        tokens(facts.map(ChargebackFacts::reclaimed).orElse(List.of())),
        loss,
        about.fee(),
        facts.flatMap(StoryViews::appeal).orElse(null));
  }

  /// Of several grants the one that a payer must know of first.
  private static Optional<Views.Appeal> appeal(ChargebackFacts facts) {
    var failed = facts.appealFailed();
    if (failed.isPresent()) {
      return Optional.of(new Views.Appeal("failed", failed.get().code()));
    }
    if (facts.appeals().isEmpty()) {
      return Optional.empty();
    }
    boolean taken = facts.appeals().values().stream().allMatch(Appealing.Taken.class::isInstance);
    return Optional.of(new Views.Appeal(taken ? "taken" : "asked", null));
  }

  private Amount tokens(List<Amount> some) {
    return some.stream().reduce(Amount::plus).orElse(Amount.zero(assets.token()));
  }

  static Views.Story story(Flows.Kept kept) {
    return new Views.Story(
        kept.flow().id().value(),
        kept.kind().name().toLowerCase(java.util.Locale.ROOT),
        kept.flow().getClass().getSimpleName(),
        kept.stalled().isPresent(),
        kept.stalled().orElse(null));
  }
}
