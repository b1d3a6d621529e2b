package tally.flow;

import java.util.Map;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.payment.Dispute;
import tally.treasury.Grant;
import tally.treasury.Grants;

/// Takes payers' words about what is being claimed back from them.
public final class Chargebacks {

  private final Flows flows;
  private final Grants grants;

  public Chargebacks(Flows flows, Grants grants) {
    this.flows = flows;
    this.grants = grants;
  }

  public sealed interface Appeal {
    /// His key signs, the house sends, and the council has its time. A window that was over shows
    /// in the grant, not here.
    record Asked() implements Appeal {}

    /// Codes: `dispute_unknown`, `dispute_over`, `nothing_frozen`, and where it was tried in vain
    /// `appeal_window_over`, `appeal_not_taken`.
    record Refused(String code, String text) implements Appeal, Refusal {}
  }

  private static final Map<String, String> IN_VAIN =
      Map.of(
          "appeal_window_over", "The time in which one can appeal is over.",
          "appeal_not_taken", "The appeal was sent several times, and the chain did not take it.");

  private static final Appeal NOTHING_FROZEN =
      new Appeal.Refused("nothing_frozen", "Nothing is frozen because of it now.");

  /// The flow of a dispute.
  public static FlowId of(Dispute.Id dispute) {
    return new FlowId(Derived.id(dispute.value(), "chargeback"));
  }

  /// Appeals against every grant that is frozen because of this dispute.
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
          Chargeback.Held _ ->
          chargeback
              .known()
              .flatMap(ChargebackFacts::appealFailed)
              .<Appeal>map(failed ->
                  new Appeal.Refused(
                      failed.code(), IN_VAIN.getOrDefault(failed.code(), failed.reason())))
              .orElseGet(
                  () -> anyFrozen(tenant, chargeback) ? asked(tenant, chargeback) : NOTHING_FROZEN);
      case Chargeback.Thawing _, Chargeback.Lost _, Chargeback.Won _ ->
          new Appeal.Refused("dispute_over", "Nothing is frozen because of it any more.");
    };
  }

  /// An appeal before the freeze is on chain would be about nothing, and forgotten.
  private boolean anyFrozen(Tenant tenant, Chargeback chargeback) {
    return grants.ofLot(tenant, chargeback.data().lot().value()).stream()
        .anyMatch(Grant.Frozen.class::isInstance);
  }

  private Appeal asked(Tenant tenant, Chargeback chargeback) {
    flows.signal(tenant, chargeback.id(), new Signal.AppealAsked());
    return new Appeal.Asked();
  }
}
