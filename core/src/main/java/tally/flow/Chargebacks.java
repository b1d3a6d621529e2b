package tally.flow;

import tally.money.Derived;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.payment.Dispute;

/// Takes payers' words about what is being claimed back from them.
public final class Chargebacks {

  private final Flows flows;

  public Chargebacks(Flows flows) {
    this.flows = flows;
  }

  public sealed interface Appeal {
    /// His key signs, the house sends, and the council has its time. A window that was over shows
    /// in the grant, not here.
    record Asked() implements Appeal {}

    /// Codes: `dispute_unknown`, `dispute_over`.
    record Refused(String code, String text) implements Appeal, Refusal {}
  }

  /// The flow of a dispute.
  public static FlowId of(Dispute.Id dispute) {
    return new FlowId(Derived.id(dispute.value(), "chargeback"));
  }

  /// Appeals against every grant that is frozen because of this dispute. May be repeated.
  public Appeal appeal(Tenant tenant, Holder payer, Dispute.Id dispute) {
    var kept = flows.find(tenant, of(dispute)).filter(one -> one.owner().equals(payer));
    if (kept.isEmpty() || !(kept.get().flow() instanceof Chargeback chargeback)) {
      return new Appeal.Refused("dispute_unknown", "There is no such dispute.");
    }
    return switch (chargeback) {
      case Chargeback.Opened _,
          Chargeback.Stopping _,
          Chargeback.Freezing _,
          Chargeback.Reclaiming _,
          Chargeback.Held _ -> {
        flows.signal(tenant, chargeback.id(), new Signal.AppealAsked());
        yield new Appeal.Asked();
      }
      case Chargeback.Thawing _, Chargeback.Lost _, Chargeback.Won _ ->
          new Appeal.Refused("dispute_over", "Nothing is frozen because of it any more.");
    };
  }
}
