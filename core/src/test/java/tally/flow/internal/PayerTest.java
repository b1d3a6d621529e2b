package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.delivery.Adapters;
import tally.delivery.Deliveries;
import tally.escrow.Channels;
import tally.escrow.Claiming;
import tally.escrow.Claims;
import tally.escrow.Payouts;
import tally.escrow.Settlements;
import tally.escrow.Wishes;
import tally.flow.FlowFixtures;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Purchase;
import tally.flow.PurchaseProgress;
import tally.market.Peers;
import tally.network.Chains;

class PayerTest {

  private final List<UUID> asked = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private final List<Flows.Kept> running = List.of(running(1), running(2));
  private final Payer payer =
      new Payer(
          new Flows(stub(Flows.Store.class, _ -> running)),
          new Deliveries(
              stub(
                  Deliveries.Store.class,
                  key -> {
                    asked.add(((Deliveries.Key) key).id().value());
                    throw new IllegalStateException("out of order");
                  }),
              new Adapters(Map.of()),
              () -> now,
              List.of(),
              "one",
              Deliveries.HELD),
          new Channels(
              stub(Channels.Store.class, _ -> Optional.empty()),
              stub(Channels.Signer.class, _ -> Optional.empty()),
              stub(Channels.Sender.class, _ -> Optional.empty()),
              new Settlements(List.of()),
              claiming(),
              stub(tally.x402.Curve.class, _ -> Optional.empty()),
              () -> now),
          stub(Peers.class, _ -> Optional.empty()),
          () -> now,
          50);

  static Claiming claiming() {
    var store = stub(Wishes.Store.class, _ -> Optional.empty());
    var sender = stub(Channels.Sender.class, _ -> Optional.empty());
    var wishes = new Wishes(store, () -> Instant.EPOCH);
    var signer = stub(Channels.Signer.class, _ -> Optional.empty());
    var chains = new Chains(Map.of());
    return new Claiming(
        wishes,
        new Claims(
            store,
            wishes,
            chains,
            signer,
            sender,
            UUID::randomUUID,
            () -> Instant.EPOCH,
            1,
            Duration.ZERO),
        new Payouts(
            stub(Payouts.Store.class, _ -> Optional.empty()),
            sender,
            UUID::randomUUID,
            () -> Instant.EPOCH));
  }

  interface Answering {
    Object to(Object first);
  }

  static <T> T stub(Class<T> type, Answering answering) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, _, arguments) -> answering.to(arguments[0])));
  }

  private static Flows.Kept running(long number) {
    var one = FlowFixtures.aPurchase("10.00");
    var data =
        new Purchase.Data(
            new FlowId(new UUID(7, number)),
            one.tenant(),
            one.buyer(),
            one.quote(),
            one.offering(),
            one.terms(),
            one.own(),
            one.parts(),
            one.slice(),
            one.holdsUntil());
    var flow =
        new Purchase.Running(data, URI.create("http://127.0.0.1:1"), false, PurchaseProgress.NONE);
    return new Flows.Kept(flow, Kind.PURCHASE, one.buyer(), Instant.EPOCH, Optional.empty(), false);
  }

  @Test
  void a_purchase_that_cannot_be_paid_rests_longer_each_time_and_holds_up_no_other() {
    assertThat(payer.tick()).isZero();
    assertThat(asked).as("both were tried").hasSize(2).doesNotHaveDuplicates();
    payer.tick();
    assertThat(asked).as("both rest").hasSize(2);
    now = now.plus(Duration.ofMillis(500));
    payer.tick();
    assertThat(asked).hasSize(4);
    now = now.plus(Duration.ofMillis(500));
    payer.tick();
    assertThat(asked).as("the second rest is longer").hasSize(4);
  }
}
