package tally.server.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.Delivery.Side;
import tally.delivery.DeliveryId;
import tally.delivery.Readings;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Purchase;
import tally.metering.Reading;
import tally.money.Holder;
import tally.money.Tenant;

/// What was counted in the last minutes, for people to see.
@Component
@Lazy
public final class Recent {

  private final Flows flows;
  private final Deliveries deliveries;
  private final Readings readings;

  Recent(Flows flows, Deliveries deliveries, Readings readings) {
    this.flows = flows;
    this.deliveries = deliveries;
    this.readings = readings;
  }

  /// What both sides counted, oldest first.
  ///
  /// @param theirs empty where the seller is not of this node
  public record Counts(List<Reading> yours, List<Reading> theirs) {
    public Counts {
      yours = List.copyOf(yours);
      theirs = List.copyOf(theirs);
    }
  }

  /// Empty where this holder has no such purchase.
  public Optional<Counts> purchase(Tenant tenant, Holder holder, UUID id) {
    return flows
        .find(tenant, new FlowId(id))
        .filter(kept -> kept.owner().equals(holder))
        .filter(kept -> kept.flow() instanceof Purchase)
        .map(kept -> counts(((Purchase) kept.flow()).data()));
  }

  private Counts counts(Purchase.Data data) {
    var delivery = new DeliveryId(data.delivery());
    var theirs =
        deliveries
            .sold(delivery)
            .map(Delivery::order)
            .map(order -> of(order.tenant(), delivery, Side.SELLER))
            .orElse(List.of());
    return new Counts(of(data.tenant(), delivery, Side.BUYER), theirs);
  }

  private List<Reading> of(Tenant tenant, DeliveryId delivery, Side side) {
    return readings.of(tenant, Set.of(delivery), side).getOrDefault(delivery, List.of());
  }

  /// What a provider of this tenant counted of his sales, by their ids; at most 100 of them.
  public Map<UUID, List<Reading>> sales(Tenant tenant, Set<UUID> sales) {
    var ids = sales.stream().map(DeliveryId::new).collect(Collectors.toSet());
    return readings.of(tenant, ids, Side.SELLER).entrySet().stream()
        .collect(Collectors.toMap(found -> found.getKey().value(), Map.Entry::getValue));
  }
}
