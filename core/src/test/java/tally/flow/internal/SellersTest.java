package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.flow.internal.PayerTest.stub;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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
import tally.delivery.port.Adapter.Access;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.escrow.Settlements;
import tally.flow.Command;
import tally.flow.FlowFixtures;
import tally.flow.Purchase;
import tally.flow.PurchaseProgress;
import tally.flow.Signal;
import tally.market.Offering;
import tally.market.Peers;
import tally.money.Quantity;
import tally.plugin.Settings;
import tally.x402.ChannelConfig;
import tally.x402.Signature;
import tally.x402.Voucher;

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

  @Test
  void a_seller_is_asked_again_where_he_is_also_after_a_portion_was_paid() {
    try (var database = TestDatabase.fresh();
        var adapter = new FakePlugin().open(new Settings(Map.of()))) {
      var node = node(database, "one", adapter);
      node.buy(order(Side.BUYER, Map.of()), new Access(URI.create("http://127.0.0.1:1/"), "old"));
      var anew = new Access(URI.create("http://127.0.0.1:2/"), "new");
      var peers = new Asked(anew, new ArrayList<>());
      var paid =
          new Voucher(
              data.terms().id(),
              BigInteger.TEN,
              new Signature("0x" + "11".repeat(Signature.BYTES)));

      new Sellers(promised(paid), node, peers, Duration.ofMinutes(1))
          .askAgain(
              new Purchase.Running(
                  data, URI.create("http://127.0.0.1:3"), false, PurchaseProgress.NONE));

      assertThat(peers.proofs()).containsExactly(paid);
      assertThat(node.find(data.tenant(), id, Side.BUYER).orElseThrow().access()).isEqualTo(anew);
    }
  }

  /// Lets everyone in.
  private record Asked(Access access, List<Voucher> proofs) implements Peers {

    @Override
    public Admission ask(
        Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher proof) {
      proofs.add(proof);
      return new Admission.Admitted(access);
    }

    @Override
    public Payment pay(
        Offering offering, DeliveryId delivery, ChannelConfig channel, Voucher voucher) {
      throw new AssertionError("nothing is paid");
    }

    @Override
    public Quantity finish(Offering offering, DeliveryId delivery) {
      throw new AssertionError("nothing ends");
    }
  }

  private Signal finish(Deliveries deliveries) {
    var command =
        new Command.FinishDelivery(
            data.delivery(), data.offering(), data.terms(), BigInteger.ZERO, false);
    var taken =
        new JdbcCommands.Taken(1, data.tenant(), data.id(), command, 1, Duration.ofSeconds(1));
    return new Sellers(
            channels(), deliveries, stub(Peers.class, _ -> bytes(SIZE)), Duration.ofMinutes(1))
        .finish(taken, command);
  }

  private Deliveries node(TestDatabase database, String name, Adapter adapter) {
    return new Deliveries(
        new JdbcDeliveries(database.jdbc(), database.transactions()),
        new Adapters(Map.of(data.offering().adapter(), adapter)),
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
        data.offering().adapter(),
        source,
        data.offering().tariff(),
        data.terms().id());
  }

  /// Nothing was promised.
  private Channels channels() {
    return channels(Optional.empty());
  }

  private Channels promised(Voucher voucher) {
    var standing =
        new Channel.Standing(BigInteger.TWO.pow(40), BigInteger.ZERO, Optional.of(voucher));
    return channels(
        Optional.of(new Channels.Kept(new Channel.Open(data.terms(), standing), Instant.EPOCH)));
  }

  private Channels channels(Optional<Channels.Kept> kept) {
    return new Channels(
        stub(Channels.Store.class, first -> first instanceof Supplier<?> work ? work.get() : kept),
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
