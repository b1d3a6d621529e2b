package tally.payment;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import tally.money.Amount;
import tally.money.Asset;
import tally.payment.port.Gateway;

/// A gateway whose answers a test sets by hand. A webhook's body is `id about object`, proven by
/// the header `ok`.
final class StubGateway implements Gateway {

  static final Asset USD = Asset.of("USD/2");
  final Map<String, Snapshot> payments = new ConcurrentHashMap<>();
  final Map<String, RefundSnapshot> refunds = new ConcurrentHashMap<>();
  final Map<String, DisputeSnapshot> disputes = new ConcurrentHashMap<>();
  final AtomicInteger prepared = new AtomicInteger();
  final AtomicInteger refunded = new AtomicInteger();
  final AtomicInteger contested = new AtomicInteger();
  final AtomicInteger accepted = new AtomicInteger();
  final List<String> contestKeys = new CopyOnWriteArrayList<>();
  volatile Optional<Instant> answerBy = Optional.empty();
  volatile Optional<RuntimeException> failure = Optional.empty();

  /// Objects of which it tells only when the latch is open.
  final Map<String, CountDownLatch> slow = new ConcurrentHashMap<>();

  volatile Optional<Outcome> refusal = Optional.empty();
  volatile boolean definitive = true;
  volatile RefundStatus refundStatus = RefundStatus.COMPLETED;
  volatile List<ListedEvent> listed = List.of();
  volatile Instant at = Instant.parse("2026-01-01T00:00:00Z");

  /// Sets what the gateway says of a payment from now on, a second later than all before.
  void says(Payment.Order order, Status status) {
    says(order, status, order.amount());
  }

  void says(Payment.Order order, Status status, Amount amount) {
    at = at.plusSeconds(1);
    var object = "o-" + order.id().value();
    var captured =
        status == Status.CAPTURED || status == Status.RETURNED
            ? amount
            : Amount.zero(amount.asset());
    payments.put(
        object,
        new Snapshot(
            object,
            order.id().value().toString(),
            status,
            amount,
            captured,
            Amount.zero(amount.asset()),
            Optional.empty(),
            "card",
            false,
            true,
            Optional.empty(),
            Optional.empty(),
            at));
  }

  void says(String dispute, Payment.Order order, DisputeStatus status, Amount amount) {
    at = at.plusSeconds(1);
    var object = "o-" + order.id().value();
    disputes.put(
        dispute,
        new DisputeSnapshot(
            dispute,
            object,
            status,
            amount,
            Amount.of(USD, 1500),
            true,
            "fraudulent",
            answerBy,
            at));
  }

  @Override
  public Facts facts() {
    var bounds = new Currency(USD, Amount.of(USD, 50), Amount.of(USD, 1_000_000));
    return new Facts(
        "stub",
        true,
        EnumSet.allOf(Feature.class),
        List.of(bounds),
        Duration.ofDays(3650),
        Duration.ofHours(24),
        Duration.ofDays(7),
        WebhookProof.HMAC);
  }

  @Override
  public Optional<String> probe() {
    return Optional.empty();
  }

  @Override
  public Prepared prepare(Order order, String key) {
    prepared.incrementAndGet();
    fail();
    var action = new Action(URI.create("http://127.0.0.1/pay"), at.plusSeconds(3600));
    return new Prepared("o-" + order.reference(), Optional.of(action), at);
  }

  @Override
  public Outcome confirm(String object, String key) {
    throw new UnsupportedOperationException("nobody confirms here");
  }

  @Override
  public Outcome capture(String object, Amount amount, String key) {
    throw new UnsupportedOperationException("nobody captures here");
  }

  @Override
  public Outcome cancel(String object, String key) {
    throw new UnsupportedOperationException("nobody cancels here");
  }

  @Override
  public Found lookup(String object) {
    fail();
    try {
      slow.getOrDefault(object, new CountDownLatch(0)).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Optional.ofNullable(payments.get(object))
        .<Found>map(Found.Here::new)
        .orElse(new Found.Nowhere(definitive));
  }

  @Override
  public Found lookupByReference(String reference) {
    return lookup("o-" + reference);
  }

  @Override
  public RefundOutcome refund(
      String object, Amount amount, String reference, String reason, String key) {
    refunded.incrementAndGet();
    fail();
    at = at.plusSeconds(1);
    var snapshot =
        new RefundSnapshot("r-" + reference, object, reference, refundStatus, amount, "", at);
    refunds.put(snapshot.refund(), snapshot);
    return new RefundOutcome.Taken(snapshot);
  }

  void refund(Refund.Id id, RefundStatus status) {
    at = at.plusSeconds(1);
    refunds.computeIfPresent(
        "r-" + id.value(),
        (name, s) ->
            new RefundSnapshot(
                name, s.object(), s.reference(), status, s.amount(), "card gone", at));
  }

  @Override
  public Optional<RefundSnapshot> lookupRefund(String refund) {
    return Optional.ofNullable(refunds.get(refund));
  }

  @Override
  public Optional<RefundSnapshot> lookupRefundByReference(String reference) {
    return lookupRefund("r-" + reference);
  }

  @Override
  public Optional<DisputeSnapshot> dispute(String dispute) {
    return Optional.ofNullable(disputes.get(dispute));
  }

  @Override
  public Outcome contest(String dispute, Map<String, String> evidence, String key) {
    contestKeys.add(key);
    fail();
    if (refusal.isPresent()) {
      return refusal.get();
    }
    contested.incrementAndGet();
    at = at.plusSeconds(1);
    disputes.computeIfPresent(
        dispute,
        (name, s) ->
            new DisputeSnapshot(
                name,
                s.object(),
                DisputeStatus.CONTESTED,
                s.amount(),
                s.fee(),
                true,
                s.reason(),
                s.answerBy(),
                at));
    return new Outcome.Pending("taken", at);
  }

  @Override
  public Outcome accept(String dispute, String key) {
    accepted.incrementAndGet();
    return new Outcome.Pending("taken", at);
  }

  @Override
  public Event webhook(
      byte[] body, Map<String, String> headers, List<String> secrets, Instant now) {
    var words = new String(body, StandardCharsets.UTF_8).split(" ");
    var about = List.of(new Reference(About.valueOf(words[1]), words[2]));
    return headers.containsKey("ok")
        ? new Event.Verified(words[0], now, about)
        : new Event.Unverified("no proof", about);
  }

  @Override
  public Page<ListedEvent> events(Optional<String> cursor) {
    return cursor.isPresent()
        ? new Page<>(List.of(), cursor)
        : new Page<>(listed, Optional.of("end"));
  }

  @Override
  public Page<StatementLine> statements(Optional<String> cursor) {
    return new Page<>(List.of(), Optional.empty());
  }

  @Override
  public PayoutOutcome payout(String beneficiary, Amount amount, String reference, String key) {
    return new PayoutOutcome.NotSent("no payouts here");
  }

  @Override
  public Optional<PayoutSnapshot> lookupPayout(String reference) {
    return Optional.empty();
  }

  @Override
  public Outcome cancelPayout(String payout, String key) {
    return new Outcome.NotSent("no payouts here");
  }

  private void fail() {
    failure.ifPresent(e -> {
      throw e;
    });
  }
}
