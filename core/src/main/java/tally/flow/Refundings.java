package tally.flow;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.Lot;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.party.Allowances;
import tally.payment.PaymentId;
import tally.payment.Refund;

/// Begins refunds of what is unused. Where a person's refunds of a day come to more than a limit,
/// whichever goes beyond it waits for an operator.
public final class Refundings {

  private static final Duration DAY = Duration.ofHours(24);

  /// As many refunds of a day as are added up; whoever asks for more waits in any case.
  private static final int DAY_MAX = 1000;

  private final Flows flows;
  private final Book book;
  private final Allowances allowances;
  private final List<Amount> limits;
  private final InstantSource clock;

  /// @param limits what one person's refunds of a day may come to without approval, at most one an
  ///   asset; an asset without one needs none
  public Refundings(
      Flows flows, Book book, Allowances allowances, List<Amount> limits, InstantSource clock) {
    this.flows = flows;
    this.book = book;
    this.allowances = allowances;
    this.limits = List.copyOf(limits);
    this.clock = clock;
  }

  /// Idempotent by id. Oldest lots first, at most 100, each to the card that it came from. Refuses
  /// with `nothing_to_refund`, `above_refundable` (naming what can be), `id_reused`.
  ///
  /// @param asked how much; empty for all that is unused
  public Begin begin(Tenant tenant, Holder payer, FlowId id, Asset asset, Optional<Amount> asked) {
    return before(tenant, payer, id, asked)
        .orElseGet(() -> {
          // One at a time, so that many small ones at once do not pass a limit together.
          var answer =
              allowances.alone(tenant, payer, () -> fresh(tenant, payer, id, asset, asked));
          // The same request at the same time may have taken the money first.
          return answer instanceof Begin.Refused
              ? before(tenant, payer, id, asked).orElse(answer)
              : answer;
        });
  }

  private Optional<Begin> before(Tenant tenant, Holder payer, FlowId id, Optional<Amount> asked) {
    return flows
        .find(tenant, id)
        .map(kept ->
            kept.owner().equals(payer)
                    && kept.flow() instanceof Refunding refunding
                    && refunding.data().asked().equals(asked)
                ? new Begin.Already(refunding)
                : new Begin.Refused("id_reused", "This id was used before, with other content."));
  }

  private Begin fresh(Tenant tenant, Holder payer, FlowId id, Asset asset, Optional<Amount> asked) {
    var parts = new ArrayList<Refunding.Part>();
    var left = asked;
    var sum = Amount.zero(asset);
    for (var lot : book.lots(tenant, payer)) {
      if (parts.size() == Entry.POSTINGS_MAX
          || !lot.amount().asset().equals(asset)
          || !(lot.source() instanceof Lot.Source.OfPayment source)) {
        continue;
      }
      var free =
          new Amount(
              asset,
              book.balance(tenant, new Account.Available(payer, lot.id()), asset)
                  .free()
                  .max(BigInteger.ZERO));
      var take = left.map(free::min).orElse(free);
      if (!take.isZero()) {
        parts.add(
            new Refunding.Part(
                lot.id(),
                new PaymentId(source.payment()),
                source.gateway(),
                take,
                new Refund.Id(id.derive("refund/" + lot.id()))));
        left = left.map(wanted -> wanted.minus(take));
        sum = sum.plus(take);
      }
    }
    if (left.isPresent() && !left.get().isZero()) {
      return new Begin.Refused(
          "above_refundable", sum + " can be refunded, not " + asked.get() + ".");
    }
    if (parts.isEmpty()) {
      return new Begin.Refused("nothing_to_refund", "There is no unused money.");
    }
    var above = above(tenant, payer, sum);
    return flows.begin(
        new Refunding.Requested(new Refunding.Data(id, tenant, payer, asked, sum, parts, above)),
        payer);
  }

  /// The limit that this refund, with the others of the day, is above.
  private Optional<Amount> above(Tenant tenant, Holder payer, Amount sum) {
    return limits.stream()
        .filter(limit -> limit.asset().equals(sum.asset()))
        .filter(limit -> isAbove(tenant, payer, sum, limit))
        .findFirst();
  }

  private boolean isAbove(Tenant tenant, Holder payer, Amount sum, Amount limit) {
    var since = clock.instant().minus(DAY);
    var today =
        flows.list(tenant, Kind.REFUNDING, Optional.of(payer), DAY_MAX).stream()
            .filter(kept -> kept.begun().isAfter(since))
            .toList();
    var total =
        today.stream()
            .map(kept -> (Refunding) kept.flow())
            .filter(Refundings::counts)
            .map(refunding -> refunding.data().amount())
            .filter(amount -> amount.asset().equals(sum.asset()))
            .reduce(sum, Amount::plus);
    return today.size() == DAY_MAX || limit.isLessThan(total);
  }

  /// Whether its money went back, or may.
  private static boolean counts(Refunding refunding) {
    return switch (refunding) {
      case Refunding.Requested _, Refunding.Taking _, Refunding.Waiting _, Refunding.Sending _ ->
          true;
      case Refunding.Declined _, Refunding.Refused _ -> false;
    };
  }
}
