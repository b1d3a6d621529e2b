package tally.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.adapter.fake.FakePlugin;
import tally.delivery.Delivery.Side;
import tally.delivery.internal.JdbcDeliveries;
import tally.delivery.port.Adapter;
import tally.delivery.port.Adapter.Observed;
import tally.metering.Tariff;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Tenant;
import tally.money.Unit;
import tally.plugin.Settings;
import tally.x402.ChannelId;

/// Several nodes on one database, of which not each can serve all.
class TakeOverTest {

  private static final Duration TOO_LONG = Deliveries.HELD.plusSeconds(1);
  private final TestDatabase database = TestDatabase.fresh();
  private final List<Adapter> opened = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");

  @AfterEach
  void stop() {
    opened.forEach(Adapter::close);
    database.close();
  }

  @Test
  void a_node_without_the_adapter_leaves_the_delivery_and_takes_over_the_others() {
    var north = node("north", Map.of("fake", adapter(), "rare", adapter()));
    north.sell(sale(1, "rare"));
    north.sell(sale(2, "fake"));
    var south = node("south", Map.of("fake", adapter()));
    now = now.plus(TOO_LONG);
    south.tick();
    assertThat(holder(1)).isEqualTo("north");
    assertThat(holder(2)).isEqualTo("south");
  }

  @Test
  void what_is_bought_waits_for_a_node_that_buys() {
    var north = node("north", Map.of("fake", adapter()));
    north.buy(
        order(1, Side.BUYER, "fake"), new Adapter.Access(URI.create("http://127.0.0.1:1/"), "t"));
    north.sell(sale(2, "fake"));
    var provider = node("provider", new Adapters(Map.of("fake", adapter()), Set.of(Side.SELLER)));
    now = now.plus(TOO_LONG);
    provider.tick();
    assertThat(holder(1)).isEqualTo("north");
    assertThat(holder(2)).isEqualTo("provider");
  }

  @Test
  void what_a_node_cannot_serve_it_leaves_to_the_one_that_had_it_and_to_others() {
    var adapter = adapter();
    var north = node("north", Map.of("fake", adapter));
    var served = north.sell(sale(1, "fake"));
    var tried = new ArrayList<Instant>();
    var south =
        node(
            "south",
            Map.of(
                "fake",
                before(
                    adapter(),
                    () -> {
                      tried.add(now);
                      throw new IllegalArgumentException("folder: not here");
                    })));
    now = now.plus(TOO_LONG);
    south.tick();
    assertThat(tried).hasSize(1);
    assertThat(sold(north, 1)).as("as it was").isEqualTo(served);
    assertThat(holder(1)).isEqualTo("north");
    now = now.plusSeconds(1);
    south.tick();
    assertThat(tried).as("it is passed by").hasSize(1);

    north.tick();
    assertThat(adapter.open()).as("the right one is back").containsExactly(id(1));
    now = now.plus(TOO_LONG);
    var third = adapter();
    node("third", Map.of("fake", third)).tick();
    assertThat(third.open()).containsExactly(id(1));
    assertThat(holder(1)).isEqualTo("third");
    now = now.plus(Deliveries.HELD.multipliedBy(Foreign.PASSES));
    south.tick();
    assertThat(tried).as("after a while it is tried again").hasSize(2);
  }

  @Test
  void one_delivery_that_cannot_be_brought_keeps_no_other_waiting() {
    var adapter = adapter();
    var struck = new ArrayList<Delivery>();
    DeliveryListener once =
        delivery -> {
          if (delivery.observed() == Observed.SUSPENDED && struck.isEmpty()) {
            struck.add(delivery);
            throw new IllegalStateException("out of order");
          }
        };
    var north = node("north", Map.of("fake", adapter), once);
    var south = node("south", Map.of("fake", adapter()));
    for (int number = 1; number <= 2; number++) {
      north.sell(sale(number, "fake"));
      south.suspend(Tenant.HOUSE, new DeliveryId(id(number)), Side.SELLER);
    }
    now = now.plusSeconds(1);
    assertThat(north.tick()).isEqualTo(1);
    assertThat(struck).hasSize(1);
    now = now.plusSeconds(1);
    assertThat(north.tick()).as("and then that one too").isEqualTo(1);
  }

  @Test
  void a_node_that_was_stopped_while_it_began_to_serve_changes_nothing_of_what_another_serves() {
    var south = adapter();
    var other = node("south", Map.of("fake", south));
    var north = adapter();
    var slow =
        before(
            north,
            () -> {
              now = now.plus(TOO_LONG);
              other.tick();
            });
    node("north", Map.of("fake", slow)).sell(sale(1, "fake"));
    var access =
        south.activate(id(1), sale(1, "fake").source(), Unit.BYTE, bytes(0), bytes(50_000));
    assertThat(holder(1)).isEqualTo("south");
    assertThat(sold(other, 1).access()).isEqualTo(access);
    assertThat(north.open()).isEmpty();
    assertThat(north.served(id(1))).isEmpty();
  }

  private Deliveries node(String name, Map<String, Adapter> adapters, DeliveryListener... told) {
    return node(name, new Adapters(adapters), told);
  }

  private Deliveries node(String name, Adapters adapters, DeliveryListener... told) {
    return new Deliveries(
        new JdbcDeliveries(database.jdbc(), database.transactions()),
        adapters,
        () -> now,
        List.of(told),
        name,
        Deliveries.HELD);
  }

  private Adapter adapter() {
    var adapter = new FakePlugin().open(new Settings(Map.of()));
    opened.add(adapter);
    return adapter;
  }

  /// The same, where something happens before it serves.
  private static Adapter before(Adapter adapter, Runnable happening) {
    return (Adapter)
        Proxy.newProxyInstance(
            Adapter.class.getClassLoader(),
            new Class<?>[] {Adapter.class},
            (_, method, arguments) -> {
              if (method.getName().equals("activate")) {
                happening.run();
              }
              return method.invoke(adapter, arguments);
            });
  }

  private static Delivery sold(Deliveries deliveries, int number) {
    return deliveries.sold(new DeliveryId(id(number))).orElseThrow();
  }

  private String holder(int number) {
    return database
        .jdbc()
        .sql("select node from delivery.delivery where id = :id")
        .param("id", id(number))
        .query(String.class)
        .single();
  }

  private static Delivery.Order sale(int number, String adapter) {
    return order(number, Side.SELLER, adapter);
  }

  private static Delivery.Order order(int number, Side side, String adapter) {
    var price = new Price(Amount.of(Asset.of("TUSD/6"), 100_000), bytes(1 << 30));
    return new Delivery.Order(
        new DeliveryId(id(number)),
        Tenant.HOUSE,
        side,
        Holder.HOUSE,
        adapter,
        Map.of("bytes", "1000", "seed", "1"),
        new Tariff(price, bytes(50_000), bytes(500_000)),
        ChannelId.of("0x" + Integer.toString(number).repeat(64)));
  }

  private static UUID id(int number) {
    return new UUID(1, number);
  }

  private static Quantity bytes(long count) {
    return new Quantity(Unit.BYTE, count);
  }
}
