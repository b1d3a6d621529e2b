package tally.flow;

import java.net.URI;
import java.util.Optional;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.party.Allowances;
import tally.payment.Payments;

/// Begins top-ups.
public final class TopUps {

  private final Flows flows;
  private final Payments payments;
  private final Allowances allowances;

  public TopUps(Flows flows, Payments payments, Allowances allowances) {
    this.flows = flows;
    this.payments = payments;
    this.allowances = allowances;
  }

  /// Idempotent by id. Refuses with what `Payments.check` says of gateway, asset and bounds, with
  /// `limit_reached`, and with `id_reused`.
  public Begin begin(
      Tenant tenant, Holder payer, FlowId id, Amount amount, String gateway, URI returnTo) {
    var data = new TopUp.Data(id, tenant, payer, gateway, amount, returnTo);
    var before = flows.find(tenant, id);
    if (before.isPresent()) {
      return before.get().owner().equals(payer)
              && before.get().flow() instanceof TopUp topUp
              && topUp.data().gateway().equals(gateway)
              && topUp.data().amount().equals(amount)
          ? new Begin.Already(topUp)
          : new Begin.Refused("id_reused", "This id was used before, with other content.");
    }
    var no = refusal(data);
    return no.isPresent()
        ? new Begin.Refused(no.get().code(), no.get().text())
        : flows.begin(new TopUp.Requested(data), payer);
  }

  private Optional<? extends Refusal> refusal(TopUp.Data data) {
    var no = payments.check(data.gateway(), data.amount());
    return no.isPresent()
        ? no
        : allowances.topUp(data.tenant(), data.payer(), data.id().value(), data.amount());
  }
}
