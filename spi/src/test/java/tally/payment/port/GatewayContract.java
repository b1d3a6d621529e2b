package tally.payment.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.payment.port.Gateway.Capture;
import tally.payment.port.Gateway.DisputeStatus;
import tally.payment.port.Gateway.Event;
import tally.payment.port.Gateway.Feature;
import tally.payment.port.Gateway.Found;
import tally.payment.port.Gateway.Order;
import tally.payment.port.Gateway.Outcome;
import tally.payment.port.Gateway.PayoutOutcome;
import tally.payment.port.Gateway.RefundOutcome;
import tally.payment.port.Gateway.RefundStatus;
import tally.payment.port.Gateway.Snapshot;
import tally.payment.port.Gateway.StatementLine;
import tally.payment.port.Gateway.Status;

/// The same sentences for every gateway; what one does not declare as a feature is not asked of it.
public abstract class GatewayContract {

  protected static final Asset USD = Asset.of("USD/2");

  /// A gateway with the simulator behind it, and the payer's and the bank's hands.
  public interface World extends AutoCloseable {
    Gateway gateway();

    /// The payer says yes on the hosted page.
    void pay(String object);

    /// The payer's bank disputes the payment; answers the gateway's name of the dispute.
    String dispute(String object);

    void decide(String dispute, boolean won);

    /// One delivery about anything, as the gateway would send it now.
    Delivery delivery(Instant now);

    List<String> secrets();

    /// The token of a saved method that pays.
    String method();

    /// An amount whose payment is declined.
    Amount declined();

    @Override
    void close();
  }

  public record Delivery(byte[] body, Map<String, String> headers) {}

  protected abstract World open();

  private World world;
  private Gateway gateway;

  @BeforeEach
  void start() {
    world = open();
    gateway = world.gateway();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void it_declares_at_least_one_currency_with_sane_bounds_and_its_credentials_hold() {
    assertThat(gateway.facts().currencies()).isNotEmpty();
    for (var currency : gateway.facts().currencies()) {
      assertThat(currency.minimum().isLessThan(currency.maximum())).isTrue();
    }
    assertThat(gateway.probe()).isEmpty();
  }

  @Test
  void making_a_payment_moves_no_money_and_is_found_by_object_and_by_reference() {
    var order = order(usd(1000));
    var made = gateway.prepare(order, key());
    var snapshot = here(gateway.lookup(made.object()));
    assertThat(snapshot.captured().isZero()).isTrue();
    assertThat(snapshot.reference()).isEqualTo(order.reference());
    assertThat(snapshot.amount()).isEqualTo(order.amount());
    assertThat(snapshot.at()).isAfterOrEqualTo(made.at());
    if (has(Feature.LOOK_UP_BY_REFERENCE)) {
      assertThat(here(gateway.lookupByReference(order.reference())).object())
          .isEqualTo(made.object());
    }
  }

  @Test
  void the_same_key_and_order_make_one_object() {
    var order = order(usd(1000));
    var key = key();
    assertThat(gateway.prepare(order, key)).isEqualTo(gateway.prepare(order, key));
  }

  @Test
  void the_same_key_with_another_order_is_refused() {
    var key = key();
    gateway.prepare(order(usd(1000)), key);
    assertThatThrownBy(() -> gateway.prepare(order(usd(2000)), key))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void an_amount_below_the_minimum_is_provably_not_sent() {
    var currency = gateway.facts().currencies().getFirst();
    var low =
        new Amount(currency.asset(), currency.minimum().units().subtract(java.math.BigInteger.ONE));
    assertThatThrownBy(() -> gateway.prepare(order(low), key()))
        .isInstanceOf(Gateway.NotSent.class);
  }

  @Test
  void what_was_never_made_is_nowhere() {
    assertThat(gateway.lookup("nothing")).isInstanceOf(Found.Nowhere.class);
    assertThat(gateway.lookupByReference(UUID.randomUUID().toString()))
        .isInstanceOf(Found.Nowhere.class);
  }

  @Test
  void the_payer_pays_on_the_hosted_page_in_every_currency() {
    assumeTrue(has(Feature.HOSTED_PAGE));
    for (var currency : gateway.facts().currencies()) {
      var order = order(currency.minimum());
      var made = gateway.prepare(order, key());
      assertThat(made.action()).isPresent();
      world.pay(made.object());
      var snapshot = here(gateway.lookup(made.object()));
      assertThat(snapshot.status()).isEqualTo(Status.CAPTURED);
      assertThat(snapshot.captured()).isEqualTo(order.amount());
    }
  }

  @Test
  void a_decline_takes_nothing() {
    var made = gateway.prepare(order(world.declined()), key());
    world.pay(made.object());
    var snapshot = here(gateway.lookup(made.object()));
    assertThat(snapshot.status()).isEqualTo(Status.DECLINED);
    assertThat(snapshot.captured().isZero()).isTrue();
    assertThat(snapshot.decline()).isPresent();
  }

  @Test
  void a_saved_method_pays_at_once_and_once() {
    assumeTrue(has(Feature.SAVED_METHOD));
    var made = gateway.prepare(saved(usd(1000), Capture.AUTOMATIC), key());
    var key = key();
    assertThat(gateway.confirm(made.object(), key)).isInstanceOf(Outcome.Succeeded.class);
    assertThat(gateway.confirm(made.object(), key)).isInstanceOf(Outcome.Succeeded.class);
    assertThat(here(gateway.lookup(made.object())).captured()).isEqualTo(usd(1000));
  }

  @Test
  void an_authorized_payment_is_captured_or_cancelled() {
    assumeTrue(has(Feature.SEPARATE_CAPTURE) && has(Feature.SAVED_METHOD) && has(Feature.CANCEL));
    var first = gateway.prepare(saved(usd(1000), Capture.MANUAL), key()).object();
    gateway.confirm(first, key());
    assertThat(here(gateway.lookup(first)).status()).isEqualTo(Status.AUTHORIZED);
    var part = has(Feature.PARTIAL_CAPTURE) ? usd(400) : usd(1000);
    gateway.capture(first, part, key());
    assertThat(here(gateway.lookup(first)).captured()).isEqualTo(part);
    var second = gateway.prepare(saved(usd(1000), Capture.MANUAL), key()).object();
    gateway.confirm(second, key());
    gateway.cancel(second, key());
    assertThat(here(gateway.lookup(second)).status()).isEqualTo(Status.CANCELLED);
    assertThat(gateway.capture(second, usd(1000), key())).isInstanceOf(Outcome.NotSent.class);
  }

  @Test
  void a_refund_happens_once_and_never_beyond_what_was_captured() {
    assumeTrue(has(Feature.REFUND) && has(Feature.PARTIAL_REFUND));
    var object = paid(usd(1000));
    var reference = UUID.randomUUID().toString();
    var key = key();
    var first = taken(gateway.refund(object, usd(600), reference, "unused", key));
    assertThat(taken(gateway.refund(object, usd(600), reference, "unused", key)).refund())
        .isEqualTo(first.refund());
    assertThat(here(gateway.lookup(object)).refunded()).isEqualTo(usd(600));
    assertThat(gateway.refund(object, usd(500), UUID.randomUUID().toString(), "unused", key()))
        .isInstanceOf(RefundOutcome.Refused.class);
    eventually(() ->
        gateway.lookupRefund(first.refund()).orElseThrow().status() == RefundStatus.COMPLETED);
    assertThat(gateway.lookupRefundByReference(reference).orElseThrow().amount())
        .isEqualTo(usd(600));
  }

  @Test
  void a_dispute_is_contested_once_and_decided() {
    assumeTrue(has(Feature.DISPUTES));
    var object = paid(usd(1000));
    var dispute = world.dispute(object);
    assertThat(gateway.dispute(dispute).orElseThrow().object()).isEqualTo(object);
    gateway.contest(dispute, Map.of("usage", "receipts"), key());
    assertThat(gateway.dispute(dispute).orElseThrow().status()).isEqualTo(DisputeStatus.CONTESTED);
    assertThat(gateway.contest(dispute, Map.of("usage", "more"), key()))
        .isInstanceOf(Outcome.NotSent.class);
    world.decide(dispute, true);
    var won = gateway.dispute(dispute).orElseThrow();
    assertThat(won.status()).isEqualTo(DisputeStatus.WON);
    assertThat(won.withdrawn()).isFalse();
  }

  @Test
  void an_accepted_dispute_stays_withdrawn() {
    assumeTrue(has(Feature.DISPUTES));
    var dispute = world.dispute(paid(usd(1000)));
    gateway.accept(dispute, key());
    var accepted = gateway.dispute(dispute).orElseThrow();
    assertThat(accepted.status()).isEqualTo(DisputeStatus.ACCEPTED);
    assertThat(accepted.withdrawn()).isTrue();
  }

  @Test
  void events_are_listed_page_by_page_and_each_once() {
    assumeTrue(has(Feature.EVENT_LIST));
    var object = paid(usd(1000));
    var seen = new HashSet<String>();
    var about = new ArrayList<String>();
    Optional<String> cursor = Optional.empty();
    for (int page = 0; page < 20; page++) {
      var events = gateway.events(cursor);
      events.items().forEach(e -> assertThat(seen.add(e.id())).isTrue());
      events.items().forEach(e -> e.about().forEach(r -> about.add(r.object())));
      cursor = events.next();
      if (events.items().isEmpty()) {
        break;
      }
    }
    assertThat(about).contains(object);
  }

  @Test
  void statement_lines_add_up_to_what_was_paid_and_refunded() {
    assumeTrue(has(Feature.STATEMENTS) && has(Feature.PARTIAL_REFUND));
    var object = paid(usd(1000));
    gateway.refund(object, usd(300), UUID.randomUUID().toString(), "unused", key());
    long sum = 0;
    for (StatementLine line : gateway.statements(Optional.empty()).items()) {
      long units = line.gross().units().longValueExact();
      sum += (line.credit() ? units : -units) - line.fee().units().longValueExact();
    }
    assertThat(sum).isEqualTo(700);
  }

  @Test
  void a_payout_is_sent_once_and_can_be_found() {
    assumeTrue(has(Feature.PAYOUTS));
    paid(usd(1000));
    var reference = UUID.randomUUID().toString();
    var key = key();
    assertThat(gateway.payout("somebody", usd(500), reference, key))
        .isInstanceOf(PayoutOutcome.Taken.class);
    assertThat(gateway.payout("somebody", usd(500), reference, key))
        .isInstanceOf(PayoutOutcome.Taken.class);
    assertThat(gateway.lookupPayout(reference).orElseThrow().amount()).isEqualTo(usd(500));
    assertThat(gateway.payout("somebody", usd(600), UUID.randomUUID().toString(), key()))
        .isInstanceOf(PayoutOutcome.Refused.class);
  }

  @Test
  void a_webhook_is_proven_by_either_of_two_secrets_and_by_no_other() {
    var now = Instant.now();
    var delivery = world.delivery(now);
    var old = new ArrayList<>(List.of("another"));
    old.addAll(world.secrets());
    assertThat(event(delivery, world.secrets(), now)).isInstanceOf(Event.Verified.class);
    assertThat(event(delivery, old, now)).isInstanceOf(Event.Verified.class);
    assertThat(event(delivery, List.of("another"), now)).isInstanceOf(Event.Unverified.class);
    assertThat(event(delivery, List.of(), now)).isInstanceOf(Event.Unverified.class);
  }

  @Test
  void a_webhook_is_refused_when_altered_or_too_old_or_from_the_future() {
    var now = Instant.now();
    var delivery = world.delivery(now);
    var altered = delivery.body().clone();
    altered[altered.length - 2] ^= 1;
    assertThat(gateway.webhook(altered, delivery.headers(), world.secrets(), now))
        .isInstanceOf(Event.Unverified.class);
    assertThat(event(delivery, world.secrets(), now.plusSeconds(299)))
        .isInstanceOf(Event.Verified.class);
    assertThat(event(delivery, world.secrets(), now.minusSeconds(299)))
        .isInstanceOf(Event.Verified.class);
    assertThat(event(delivery, world.secrets(), now.plusSeconds(301)))
        .isInstanceOf(Event.Unverified.class);
    assertThat(event(delivery, world.secrets(), now.minusSeconds(302)))
        .isInstanceOf(Event.Unverified.class);
    assertThat(gateway.webhook(delivery.body(), Map.of(), world.secrets(), now))
        .isInstanceOf(Event.Unverified.class);
  }

  protected final String paid(Amount amount) {
    var made = gateway.prepare(order(amount), key());
    world.pay(made.object());
    assertThat(here(gateway.lookup(made.object())).status()).isEqualTo(Status.CAPTURED);
    return made.object();
  }

  protected static Order order(Amount amount) {
    return new Order(
        UUID.randomUUID().toString(),
        "party:1",
        amount,
        Capture.AUTOMATIC,
        Optional.empty(),
        URI.create("http://127.0.0.1:9/back"),
        "Top-up");
  }

  protected static Amount usd(long cents) {
    return Amount.of(USD, cents);
  }

  protected static String key() {
    return UUID.randomUUID().toString();
  }

  protected static Snapshot here(Found found) {
    assertThat(found).isInstanceOf(Found.Here.class);
    return ((Found.Here) found).snapshot();
  }

  protected static void eventually(Supplier<Boolean> condition) {
    var deadline = Instant.now().plus(Duration.ofSeconds(10));
    while (!condition.get()) {
      assertThat(Instant.now()).as("waited long enough").isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private Order saved(Amount amount, Capture capture) {
    var o = order(amount);
    return new Order(
        o.reference(),
        o.customer(),
        amount,
        capture,
        Optional.of(world.method()),
        o.returnTo(),
        o.description());
  }

  private Event event(Delivery delivery, List<String> secrets, Instant now) {
    return gateway.webhook(delivery.body(), delivery.headers(), secrets, now);
  }

  private static Gateway.RefundSnapshot taken(RefundOutcome outcome) {
    assertThat(outcome).isInstanceOf(RefundOutcome.Taken.class);
    return ((RefundOutcome.Taken) outcome).snapshot();
  }

  private boolean has(Feature feature) {
    return gateway.facts().features().contains(feature);
  }
}
