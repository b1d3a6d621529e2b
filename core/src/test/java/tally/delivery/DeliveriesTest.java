package tally.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tally.TestDatabase;
import tally.adapter.fake.FakePlugin;
import tally.delivery.Delivery.Side;
import tally.delivery.Delivery.Wanted;
import tally.delivery.internal.JdbcDeliveries;
import tally.delivery.port.Adapter;
import tally.delivery.port.Adapter.Access;
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
import tally.x402.Bytes32;
import tally.x402.ChannelId;

class DeliveriesTest {

  private static final int SIZE = 100_000;
  private final TestDatabase database = TestDatabase.fresh();
  private final DeliveryId id = new DeliveryId(new UUID(1, 2));
  private final List<String> told = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private final InstantSource clock = () -> now;
  private Adapter adapter;
  private Deliveries deliveries;

  @BeforeEach
  void start() {
    adapter = new FakePlugin().open(new Settings(Map.of("waitSeconds", "20")));
    deliveries = node("one", adapter);
  }

  @AfterEach
  void stop() {
    adapter.close();
    database.close();
  }

  @Test
  void a_seller_serves_up_to_the_lag_and_the_listener_hears_each_move_inside_the_transaction() {
    var sold = deliveries.sell(sale(Map.of()));
    assertThat(sold.observed()).isEqualTo(Observed.ACTIVE);
    assertThat(sold.access().token()).isNotEmpty();
    assertThat(deliveries.sell(sale(Map.of()))).isEqualTo(sold);
    deliveries.suspend(Tenant.HOUSE, id, Side.SELLER);
    deliveries.resume(Tenant.HOUSE, id, Side.SELLER);
    deliveries.terminate(Tenant.HOUSE, id, Side.SELLER);
    assertThat(told)
        .containsExactly(
            "ACTIVE ACTIVATING",
            "ACTIVE ACTIVE",
            "SUSPENDED ACTIVE",
            "SUSPENDED SUSPENDED",
            "ACTIVE SUSPENDED",
            "ACTIVE ACTIVE",
            "TERMINATED ACTIVE",
            "TERMINATED TERMINATED");
  }

  @Test
  void both_sides_of_one_delivery_count_the_same_and_are_kept_apart() throws Exception {
    var bought = trade(Map.of());
    fetch(url(bought));
    assertThat(read(Side.BUYER)).isEqualTo(SIZE);
    assertThat(read(Side.SELLER)).isEqualTo(SIZE);
    deliveries.terminate(Tenant.HOUSE, id, Side.SELLER);
    assertThat(find(Side.BUYER).observed()).isEqualTo(Observed.ACTIVE);
    assertThat(deliveries.running(Side.SELLER)).isEmpty();
    assertThat(deliveries.running(Side.BUYER)).hasSize(1);
    deliveries.terminate(Tenant.HOUSE, id, Side.BUYER);
    assertThat(find(Side.BUYER).reading().count()).isEqualTo(bytes(SIZE));
    assertThat(find(Side.SELLER).reading().count()).isEqualTo(bytes(SIZE));
    assertThat(adapter.open()).isEmpty();
    assertThat(adapter.served(id.value())).as("forgotten").isEmpty();
  }

  @Test
  void after_a_restart_both_sides_are_taken_up_where_they_were() throws Exception {
    fetch(url(trade(Map.of())));
    deliveries.allow(Tenant.HOUSE, id, bytes(10 * SIZE));
    deliveries.read(Tenant.HOUSE, id, Side.BUYER);
    deliveries.read(Tenant.HOUSE, id, Side.SELLER);
    adapter.close();
    adapter = new FakePlugin().open(new Settings(Map.of()));
    deliveries = node("one", adapter);
    now = now.plusSeconds(1);
    deliveries.tick();
    assertThat(adapter.served(id.value())).contains(bytes(SIZE));
    assertThat(adapter.received(id.value())).contains(bytes(SIZE));
    deliveries.buy(purchase(), find(Side.SELLER).access());
    fetch(url(find(Side.BUYER)));
    assertThat(read(Side.SELLER)).isEqualTo(2 * SIZE);
    assertThat(read(Side.BUYER)).isEqualTo(2 * SIZE);
  }

  @Test
  void a_suspended_or_terminated_delivery_stays_so_after_a_restart() {
    deliveries.sell(sale(Map.of()));
    deliveries.suspend(Tenant.HOUSE, id, Side.SELLER);
    adapter.close();
    adapter = new FakePlugin().open(new Settings(Map.of()));
    deliveries = node("one", adapter);
    now = now.plusSeconds(1);
    deliveries.tick();
    assertThat(adapter.observe(id.value())).isEqualTo(Observed.SUSPENDED);
    deliveries.terminate(Tenant.HOUSE, id, Side.SELLER);
    assertThat(deliveries.resume(Tenant.HOUSE, id, Side.SELLER).wanted())
        .isEqualTo(Wanted.TERMINATED);
    now = now.plusSeconds(1);
    assertThat(deliveries.tick()).isZero();
    assertThat(adapter.open()).isEmpty();
  }

  @Test
  void readings_are_stored_by_the_tick_and_never_decrease() throws Exception {
    fetch(url(trade(Map.of())));
    now = now.plusSeconds(1);
    assertThat(deliveries.tick()).as("a reading moves no state").isZero();
    assertThat(find(Side.SELLER).reading().count()).isEqualTo(bytes(SIZE));
    assertThat(find(Side.SELLER).reading().at()).isEqualTo(now);
    database.jdbc().sql("update delivery.delivery set count = 2 * count").update();
    now = now.plusSeconds(1);
    deliveries.tick();
    assertThat(read(Side.SELLER)).isEqualTo(2 * SIZE);
  }

  @Test
  void the_ceiling_is_stored_and_only_rises() throws Exception {
    deliveries.sell(sale(Map.of()));
    deliveries.allow(Tenant.HOUSE, id, bytes(900_000));
    deliveries.allow(Tenant.HOUSE, id, bytes(800_000));
    var stored =
        database.jdbc().sql("select ceiling from delivery.delivery").query(Long.class).single();
    assertThat(stored).isEqualTo(900_000);
  }

  @Test
  void another_node_takes_over_only_what_was_abandoned() {
    deliveries.sell(sale(Map.of()));
    try (var adapterTwo = new FakePlugin().open(new Settings(Map.of()))) {
      var two = node("two", adapterTwo);
      now = now.plusSeconds(1);
      two.tick();
      assertThat(adapterTwo.open()).isEmpty();
      two.suspend(Tenant.HOUSE, id, Side.SELLER);
      assertThat(adapter.observe(id.value())).isEqualTo(Observed.ACTIVE);
      deliveries.tick();
      assertThat(adapter.observe(id.value()))
          .as("the holder carries it out")
          .isEqualTo(Observed.SUSPENDED);
      now = now.plus(Duration.ofMinutes(1));
      two.tick();
      assertThat(adapterTwo.observe(id.value())).isEqualTo(Observed.SUSPENDED);
    }
  }

  @Test
  void a_node_that_was_away_for_too_long_serves_no_more_of_what_another_took_over() {
    trade(Map.of());
    try (var adapterTwo = new FakePlugin().open(new Settings(Map.of()))) {
      var two = node("two", adapterTwo);
      now = now.plus(Deliveries.HELD).plusSeconds(1);
      two.tick();
      assertThat(adapterTwo.open()).containsExactly(id.value());
      assertThat(adapter.open()).as("it does not know yet").containsExactly(id.value());
      deliveries.tick();
      assertThat(adapter.open()).isEmpty();
      assertThat(adapter.served(id.value())).isEmpty();
      assertThat(find(Side.SELLER).wanted()).isEqualTo(Wanted.ACTIVE);
      two.tick();
      assertThat(adapterTwo.open()).containsExactly(id.value());
    }
  }

  @Test
  void a_deaf_seller_is_told_again_until_he_ends() {
    deliveries.sell(sale(Map.of("deaf", "true")));
    assertThat(deliveries.terminate(Tenant.HOUSE, id, Side.SELLER).observed())
        .isEqualTo(Observed.ACTIVE);
    now = now.plusSeconds(1);
    deliveries.tick();
    assertThat(find(Side.SELLER).observed()).isEqualTo(Observed.ACTIVE);
    assertThat(find(Side.SELLER).wanted()).isEqualTo(Wanted.TERMINATED);
  }

  @Test
  void a_failing_adapter_leaves_the_delivery_unknown_and_is_tried_again() {
    var bought = deliveries.buy(purchase(), new Access(URI.create("http://127.0.0.1:1/"), "t"));
    assertThat(bought.observed()).isEqualTo(Observed.ACTIVE);
    var broken = node("one", new Broken(adapter));
    now = now.plusSeconds(1);
    assertThat(broken.tick()).isEqualTo(1);
    assertThat(find(Side.BUYER).observed()).isEqualTo(Observed.UNKNOWN);
    now = now.plusSeconds(1);
    assertThat(deliveries.tick()).isEqualTo(1);
    assertThat(find(Side.BUYER).observed()).isEqualTo(Observed.ACTIVE);
  }

  @Test
  void other_content_under_the_same_id_and_what_cannot_be_sold_is_refused() {
    deliveries.sell(sale(Map.of()));
    assertThatThrownBy(() -> deliveries.sell(sale(Map.of("deaf", "true"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> deliveries.sell(sale(Map.of("inflate", "x"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> deliveries.suspend(new Tenant("other"), id, Side.SELLER))
        .isInstanceOf(NoSuchElementException.class);
    assertThat(deliveries.find(Tenant.HOUSE, id, Side.BUYER)).isEmpty();
  }

  @Test
  void a_channel_pays_for_one_sale_for_ever() {
    var sold = deliveries.sell(sale(Map.of()));
    assertThat(deliveries.paidBy(new ChannelId(Bytes32.ZERO))).contains(sold);
    assertThat(deliveries.sold(id)).contains(sold);
    deliveries.terminate(Tenant.HOUSE, id, Side.SELLER);
    var order = sale(Map.of());
    var second =
        new Delivery.Order(
            new DeliveryId(new UUID(3, 4)),
            order.tenant(),
            order.side(),
            order.holder(),
            order.adapter(),
            order.source(),
            order.tariff(),
            order.channel());
    assertThatThrownBy(() -> deliveries.sell(second)).isInstanceOf(NoSuchElementException.class);
    assertThat(deliveries.sold(second.id())).isEmpty();
  }

  private Deliveries node(String name, Adapter of) {
    var store = new JdbcDeliveries(database.jdbc(), database.transactions());
    DeliveryListener listener =
        delivery -> {
          assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
          told.add(delivery.wanted() + " " + delivery.observed());
        };
    return new Deliveries(
        store, new Adapters(Map.of("fake", of)), clock, List.of(listener), name, Deliveries.HELD);
  }

  private Delivery trade(Map<String, String> tricks) {
    return deliveries.buy(purchase(), deliveries.sell(sale(tricks)).access());
  }

  private Delivery.Order sale(Map<String, String> tricks) {
    var source = new java.util.HashMap<>(Map.of("bytes", Integer.toString(SIZE), "seed", "1"));
    source.putAll(tricks);
    return order(Side.SELLER, source);
  }

  private Delivery.Order purchase() {
    return order(Side.BUYER, Map.of());
  }

  private Delivery.Order order(Side side, Map<String, String> source) {
    var price = new Price(Amount.of(Asset.of("TUSD/6"), 100_000), bytes(1 << 30));
    var tariff = new Tariff(price, bytes(50_000), bytes(500_000));
    return new Delivery.Order(
        id, Tenant.HOUSE, side, Holder.HOUSE, "fake", source, tariff, new ChannelId(Bytes32.ZERO));
  }

  private Delivery find(Side side) {
    return deliveries.find(Tenant.HOUSE, id, side).orElseThrow();
  }

  private long read(Side side) {
    return deliveries.read(Tenant.HOUSE, id, side).count().count();
  }

  private static URI url(Delivery delivery) {
    return delivery.url().orElseThrow();
  }

  /// Fetches all, and waits until the seller has noted his last write.
  private void fetch(URI url) throws IOException, InterruptedException {
    long before = adapter.served(id.value()).orElseThrow().count();
    try (var program = HttpClient.newHttpClient()) {
      var body =
          program.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray()).body();
      assertThat(body).hasSize(SIZE);
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!adapter.served(id.value()).equals(Optional.of(bytes(before + SIZE)))) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static Quantity bytes(long count) {
    return new Quantity(Unit.BYTE, count);
  }
}
