package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.flow.internal.PayerTest.stub;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.adapter.fake.FakePlugin;
import tally.delivery.Adapters;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.Delivery.Side;
import tally.delivery.DeliveryId;
import tally.delivery.internal.JdbcDeliveries;
import tally.delivery.port.Adapter;
import tally.escrow.Channels;
import tally.escrow.Settlements;
import tally.flow.Command;
import tally.flow.FlowFixtures;
import tally.flow.Purchase;
import tally.flow.Signal;
import tally.market.Peers;
import tally.money.Quantity;
import tally.plugin.Settings;

class SellersTest {

  private static final int SIZE = 100_000;
  private final Purchase.Data data = FlowFixtures.aPurchase("10.00");
  private final DeliveryId id = new DeliveryId(data.delivery());
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");

  @Test
  void what_comes_by_a_way_of_another_node_is_counted_to_the_end_before_it_is_paid() {
    try (var database = TestDatabase.fresh();
        var adapter = new FakePlugin().open(new Settings(Map.of()));
        var elsewhere = new FakePlugin().open(new Settings(Map.of()))) {
      var holder = node(database, "holder", adapter);
      var other = node(database, "other", elsewhere);
      var source = Map.of("bytes", Integer.toString(SIZE), "seed", "1");
      var sold = holder.sell(order(Side.SELLER, source));
      var bought = holder.buy(order(Side.BUYER, Map.of()), sold.access());
      assertThat(CrashWorld.fetch(bought.url().orElseThrow())).hasSize(SIZE);
      assertThat(other.read(data.tenant(), id, Side.BUYER).count().count())
          .as("not yet stored")
          .isZero();

      assertThatThrownBy(() -> finish(other)).isInstanceOf(Carrier.Later.class);
      now = now.plusSeconds(1);
      holder.tick();
      assertThat(finish(other))
          .isInstanceOfSatisfying(
              Signal.SellerFinished.class,
              end -> assertThat(end.received()).isEqualTo(bytes(SIZE)));
    }
  }

  private Signal finish(Deliveries deliveries) {
    var command =
        new Command.FinishDelivery(
            data.delivery(), data.offering(), data.terms(), BigInteger.ZERO, false);
    var taken = new JdbcFlows.Taken(1, data.tenant(), data.id(), command, 1, Duration.ofSeconds(1));
    return new Sellers(
            channels(), deliveries, stub(Peers.class, _ -> bytes(SIZE)), Duration.ofMinutes(1))
        .finish(taken, command);
  }

  private Deliveries node(TestDatabase database, String name, Adapter adapter) {
    return new Deliveries(
        new JdbcDeliveries(database.jdbc(), database.transactions()),
        new Adapters(Map.of("fake", adapter)),
        () -> now,
        List.of(),
        name,
        Deliveries.HELD);
  }

  private Delivery.Order order(Side side, Map<String, String> source) {
    return new Delivery.Order(
        id,
        data.tenant(),
        side,
        data.buyer(),
        "fake",
        source,
        data.offering().tariff(),
        data.terms().id());
  }

  /// Nothing was promised.
  private Channels channels() {
    return new Channels(
        stub(Channels.Store.class, _ -> Optional.empty()),
        stub(Channels.Signer.class, _ -> Optional.empty()),
        stub(Channels.Sender.class, _ -> Optional.empty()),
        new Settlements(List.of()),
        PayerTest.claiming(),
        stub(tally.x402.Curve.class, _ -> Optional.empty()),
        () -> now);
  }

  private Quantity bytes(long count) {
    return new Quantity(data.offering().tariff().price().per().unit(), count);
  }
}
