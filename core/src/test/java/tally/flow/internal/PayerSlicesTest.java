package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.flow.internal.PayerTest.stub;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tally.custody.Signing;
import tally.delivery.Adapters;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.DeliveryId;
import tally.delivery.port.Adapter;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.escrow.Settlements;
import tally.flow.FlowFixtures;
import tally.flow.Flows;
import tally.flow.Kind;
import tally.flow.Purchase;
import tally.flow.PurchaseProgress;
import tally.flow.PurchaseProgress.Next;
import tally.flow.Signal;
import tally.market.Peers;
import tally.metering.Reading;
import tally.money.Quantity;
import tally.money.Unit;
import tally.x402.Signature;
import tally.x402.Voucher;

/// Of a deposit of 10.00, a slice of 4.00 is drawn. 50 GiB came, worth 5.00.
class PayerSlicesTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
  private static final Signature SIGNATURE = new Signature("0x" + "11".repeat(65));
  private static final Quantity RECEIVED = new Quantity(Unit.BYTE, 50L << 30);
  private static final BigInteger DRAWN = BigInteger.valueOf(4_000_000);

  private final Purchase.Data data =
      FlowFixtures.inSlicesOf("4.00", FlowFixtures.aPurchase("10.00"));
  private final List<Signal> told = new ArrayList<>();
  private Quantity claimedBySeller = RECEIVED;
  private Next next = new Next.Free();
  private Set<UUID> warned = Set.of();
  private Voucher last = voucher(0);

  private final Payer payer = payer(50);

  private Voucher voucher(long promised) {
    return new Voucher(data.channel(), BigInteger.valueOf(promised), SIGNATURE);
  }

  private Payer payer(int margin) {
    return new Payer(
        new Flows(proxy(Flows.Store.class, this::flows)),
        new Deliveries(
            stub(Deliveries.Store.class, _ -> Optional.of(delivery())),
            new Adapters(Map.of()),
            () -> NOW,
            List.of(),
            "one",
            Deliveries.HELD),
        new Channels(
            proxy(Channels.Store.class, this::channels),
            stub(Channels.Signer.class, _ -> new Signing.SignedStatement(SIGNATURE)),
            stub(Channels.Sender.class, _ -> Optional.empty()),
            new Settlements(List.of()),
            PayerTest.claiming(),
            stub(tally.x402.Curve.class, _ -> Optional.empty()),
            () -> NOW),
        stub(Peers.class, _ -> new Peers.Payment.Taken(claimedBySeller)),
        () -> NOW,
        margin);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Object flows(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
    if (method.getName().equals("signal")) {
      told.add((Signal) arguments[2]);
      return true;
    }
    var progress =
        new PurchaseProgress(DRAWN, BigInteger.ZERO, BigInteger.ZERO, next, Map.of(), warned);
    var running = new Purchase.Running(data, URI.create("http://127.0.0.1:1"), false, progress);
    return List.of(
        new Flows.Kept(running, Kind.PURCHASE, data.buyer(), NOW, Optional.empty(), false));
  }

  private Object channels(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "inTransaction" -> ((Supplier<?>) arguments[0]).get();
      case "signed" -> last = (Voucher) arguments[1];
      default -> Optional.of(new Channels.Kept(channel(), NOW));
    };
  }

  /// A stranger has put more into it, so that the chain would bear a higher voucher.
  private Channel channel() {
    return new Channel.Open(
        data.terms(),
        new Channel.Standing(DRAWN.add(BigInteger.TEN.pow(6)), BigInteger.ZERO, Optional.of(last)));
  }

  private Deliveries.Kept delivery() {
    var order =
        new Delivery.Order(
            new DeliveryId(data.delivery()),
            data.tenant(),
            Delivery.Side.BUYER,
            data.buyer(),
            "fake",
            Map.of(),
            data.offering().tariff(),
            data.channel());
    var delivery =
        new Delivery(
            order,
            Delivery.Wanted.ACTIVE,
            Adapter.Observed.ACTIVE,
            new Reading(RECEIVED, NOW),
            Delivery.NO_ACCESS,
            Optional.empty());
    return new Deliveries.Kept(delivery, RECEIVED, "another", NOW);
  }

  @Test
  void half_of_what_is_drawn_must_be_promised_before_more_is_asked_for() {
    last = voucher(1_999_999);
    payer.tick();
    assertThat(told).isEmpty();
    last = voucher(2_000_000);
    payer.tick();
    assertThat(told).containsExactly(new Signal.SliceUsed(DRAWN));
  }

  @Test
  void nothing_is_asked_for_while_a_slice_is_on_its_way_or_after_one_was_refused() {
    last = voucher(3_000_000);
    next = new Next.Asked(BigInteger.valueOf(8_000_000));
    payer.tick();
    next = new Next.Closed("AboveLimit");
    payer.tick();
    assertThat(told).isEmpty();
  }

  @Test
  void no_slice_follows_where_the_readings_disagree() {
    last = voucher(3_000_000);
    claimedBySeller = new Quantity(Unit.BYTE, 90L << 30);
    payer.tick();
    assertThat(told).hasOnlyElementsOfType(Signal.MeterDisagreed.class).hasSize(1);
  }

  @Test
  void no_voucher_goes_above_what_is_drawn_whatever_is_due_and_lies_there() {
    last = voucher(3_999_950);
    for (int tick = 0; tick < 5; tick++) {
      payer.tick();
    }
    assertThat(last.maxClaimable()).isEqualTo(DRAWN);
    assertThat(told).as("more may come").noneMatch(Signal.BudgetUsed.class::isInstance);
  }

  @Test
  void what_is_drawn_is_the_budget_once_a_slice_was_refused() {
    last = voucher(4_000_000);
    next = new Next.Closed("NotEnough");
    payer.tick();
    payer.tick();
    assertThat(told).containsExactly(new Signal.BudgetUsed());
  }

  @Test
  void while_a_bank_warns_no_more_is_asked_for_and_what_is_drawn_is_the_budget() {
    warned = Set.of(new UUID(0, 8));
    last = voucher(3_000_000);
    payer.tick();
    assertThat(told).isEmpty();
    last = voucher(4_000_000);
    payer.tick();
    payer.tick();
    assertThat(told).containsExactly(new Signal.BudgetUsed());
  }

  @Test
  void more_is_asked_for_once_the_bank_warns_no_longer_though_all_that_is_drawn_is_promised() {
    warned = Set.of(new UUID(0, 8));
    last = voucher(4_000_000);
    payer.tick();
    assertThat(told).isEmpty();
    warned = Set.of();
    payer.tick();
    payer.tick();
    assertThat(told).as("said once in a while").containsExactly(new Signal.SliceUsed(DRAWN));
  }

  @Test
  void a_margin_is_0_to_100() {
    assertThatThrownBy(() -> payer(101)).hasMessageContaining("0 to 100");
  }
}
