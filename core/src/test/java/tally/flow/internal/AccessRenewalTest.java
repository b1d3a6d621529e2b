package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.internal.PayerTest.stub;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.delivery.Adapters;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.Delivery.Side;
import tally.delivery.Delivery.Wanted;
import tally.delivery.DeliveryId;
import tally.delivery.port.Adapter.Observed;
import tally.flow.FlowFixtures;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Purchase;
import tally.flow.PurchaseProgress;
import tally.metering.Reading;
import tally.money.Quantity;

class AccessRenewalTest {

  private final Purchase.Data data = FlowFixtures.aPurchase("10.00");
  private final List<Instant> asked = new ArrayList<>();
  private final Instant start = Instant.parse("2026-11-01T00:00:00Z");
  private Instant now = start;
  private long count = 7;
  private boolean paused;
  private final AccessRenewal renewal =
      new AccessRenewal(
          new Flows(stub(Flows.Store.class, _ -> List.of(running()))),
          new Deliveries(
              stub(Deliveries.Store.class, _ -> Optional.of(kept())),
              new Adapters(Map.of()),
              () -> now,
              List.of(),
              "one",
              Deliveries.HELD),
          _ -> {
            asked.add(now);
            throw new IllegalStateException("nobody is there");
          },
          () -> now);

  @Test
  void a_seller_of_whom_nothing_comes_is_asked_where_he_is_and_ever_more_seldom() {
    pass(Duration.ofMinutes(20));
    var waits = new ArrayList<Long>();
    for (int at = 0; at < asked.size(); at++) {
      var before = at == 0 ? start : asked.get(at - 1);
      waits.add(Duration.between(before, asked.get(at)).toSeconds());
    }
    assertThat(waits).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
  }

  @Test
  void a_seller_who_delivers_is_not_asked() {
    for (int second = 0; second < 60; second++) {
      count++;
      pass(Duration.ofSeconds(1));
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void a_paused_purchase_asks_nobody() {
    paused = true;
    pass(Duration.ofMinutes(1));
    assertThat(asked).isEmpty();
  }

  private void pass(Duration by) {
    for (long second = 0; second <= by.toSeconds(); second++) {
      renewal.tick();
      now = now.plusSeconds(1);
    }
  }

  private Flows.Kept running() {
    var flow =
        new Purchase.Running(data, URI.create("http://127.0.0.1:1"), paused, PurchaseProgress.NONE);
    return new Flows.Kept(
        flow, Kind.PURCHASE, data.buyer(), Instant.EPOCH, Optional.empty(), false);
  }

  private Deliveries.Kept kept() {
    var tariff = data.offering().tariff();
    var order =
        new Delivery.Order(
            new DeliveryId(data.delivery()),
            data.tenant(),
            Side.BUYER,
            data.buyer(),
            "fake",
            Map.of(),
            tariff,
            data.terms().id());
    var unit = tariff.price().per().unit();
    var delivery =
        new Delivery(
            order,
            Wanted.ACTIVE,
            Observed.ACTIVE,
            new Reading(new Quantity(unit, count), start),
            Delivery.NO_ACCESS,
            Optional.empty());
    return new Deliveries.Kept(delivery, Quantity.zero(unit), "one", start);
  }
}
