package tally.gateway.fake;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tally.gateway.fake.BankThings.BankDispute;
import tally.gateway.fake.BankThings.BankEvent;
import tally.gateway.fake.BankThings.BankKey;
import tally.gateway.fake.BankThings.BankLine;
import tally.gateway.fake.BankThings.BankPayment;
import tally.gateway.fake.BankThings.BankPayout;
import tally.gateway.fake.BankThings.BankRefund;
import tally.gateway.fake.BankThings.BankTimer;
import tally.money.Amount;
import tally.money.Asset;
import tally.payment.port.Gateway.DisputeStatus;
import tally.payment.port.Gateway.PayoutStatus;
import tally.payment.port.Gateway.RefundStatus;
import tally.payment.port.Gateway.Status;

/// The fake bank's books and rules. Every act goes through `whole`, under one lock.
final class BankBooks implements AutoCloseable {

  static final Amount DISPUTE_FEE = Amount.of(Asset.of("USD/2"), 1500);
  private static final Duration ANSWER_WITHIN = Duration.ofDays(7);
  private static final int PAGE = 100;

  private final FakeBank.Options options;
  private final InstantSource clock;
  private final Map<String, BankThings> things = new LinkedHashMap<>();
  private final Map<String, String> references = new HashMap<>();
  private final Set<String> waiting = new LinkedHashSet<>();
  private final List<BankThings> fresh = new ArrayList<>();
  private final BankJournal journal;
  private Instant last = Instant.EPOCH;

  BankBooks(FakeBank.Options options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    this.journal = BankJournal.open(options.store(), this::remember);
  }

  /// The bank's no: an HTTP status and a stable code. Nothing was done.
  static final class No extends RuntimeException {
    private static final long serialVersionUID = 1;
    final int status;
    final String code;

    No(int status, String code, String text) {
      super(text);
      this.status = status;
      this.code = code;
    }
  }

  /// Does something whole: on disk as one line before it is answered.
  synchronized <T> T whole(Supplier<T> act) {
    try {
      return act.get();
    } finally {
      if (!fresh.isEmpty()) {
        journal.write(fresh);
        fresh.clear();
      }
    }
  }

  synchronized BankPayment make(
      String reference,
      String customer,
      Amount amount,
      boolean manual,
      Optional<String> method,
      URI returnTo,
      String description) {
    if (references.containsKey(reference)) {
      throw new No(400, "reference_used", "this reference names another payment");
    }
    FakeWire.check(amount)
        .ifPresent(text -> {
          throw new No(400, "amount_out_of_bounds", text);
        });
    var zero = Amount.zero(amount.asset());
    var status = method.isPresent() ? Status.OPEN : Status.ACTION_REQUIRED;
    var made =
        new BankPayment(
            id("pay"),
            reference,
            customer,
            amount,
            manual,
            method,
            returnTo,
            description,
            status,
            zero,
            zero,
            false,
            0,
            now());
    keep(made);
    return made;
  }

  /// The payer says yes, on the page or by a saved method. Money moves here.
  synchronized BankPayment pay(String id, boolean secured) {
    var payment = need(id);
    if (payment.status() != Status.OPEN && payment.status() != Status.ACTION_REQUIRED) {
      return payment;
    }
    return switch (Behaviour.of(payment.amount())) {
      case DECLINED ->
          settle(payment.to(Status.DECLINED, payment.captured(), now()), "payment.declined");
      case SECURE_STEP -> secured ? taken(payment.secured(true)) : stepUp(payment);
      case UNKNOWN -> taken(payment.blind(2));
      case WELL,
          DISPUTED,
          DOUBLED,
          REORDERED,
          LATE,
          REFUND_FAILS,
          REFUND_UNKNOWN,
          REFUND_PENDING,
          PREPARE_LOST ->
          taken(payment);
    };
  }

  synchronized BankPayment capture(String id, Amount amount) {
    var payment = need(id);
    if (payment.status() != Status.AUTHORIZED
        || payment.amount().isLessThan(amount)
        || amount.isZero()) {
      throw new No(400, "not_capturable", "status " + payment.status() + ", asked for " + amount);
    }
    return captured(payment, amount);
  }

  synchronized BankPayment cancel(String id) {
    var payment = need(id);
    return switch (payment.status()) {
      case OPEN, ACTION_REQUIRED, PENDING, AUTHORIZED ->
          settle(payment.to(Status.CANCELLED, payment.captured(), now()), "payment.cancelled");
      case CANCELLED -> payment;
      case CAPTURED, DECLINED, EXPIRED, RETURNED ->
          throw new No(400, "not_cancellable", "status " + payment.status());
    };
  }

  /// The payer's bank takes the money back, outside a dispute.
  synchronized BankPayment takeBack(String id) {
    var payment = need(id);
    if (payment.status() != Status.CAPTURED) {
      throw new No(400, "not_captured", "status " + payment.status());
    }
    line("return", payment.id(), payment.captured(), false);
    return settle(payment.to(Status.RETURNED, payment.captured(), now()), "payment.returned");
  }

  /// Finds as a caller from outside would: what is blind is not found, so many times.
  synchronized Optional<BankPayment> look(String id, boolean byReference) {
    var found = find(BankPayment.class, byReference ? references.getOrDefault(id, "") : id);
    if (found.isPresent() && found.get().blind() > 0) {
      keep(found.get().blind(found.get().blind() - 1));
      throw new No(404, "not_found_yet", "this may still appear");
    }
    return found;
  }

  synchronized BankRefund refund(String id, Amount amount, String reference, String reason) {
    var payment = need(id);
    if (payment.status() != Status.CAPTURED) {
      throw new No(400, "not_captured", "status " + payment.status());
    }
    if (disputes().anyMatch(d -> d.payment().equals(id) && d.withdrawn())) {
      throw new No(400, "charge_disputed", "this payment is disputed");
    }
    var left = payment.captured().minus(payment.refunded());
    if (!amount.asset().equals(left.asset()) || amount.isZero() || left.isLessThan(amount)) {
      throw new No(400, "refund_too_large", left + " is left; this asks for " + amount);
    }
    var behaviour = Behaviour.ofRefund(amount, payment.amount());
    boolean waits = behaviour == Behaviour.REFUND_PENDING;
    var status = waits ? RefundStatus.PENDING : RefundStatus.COMPLETED;
    var refund = new BankRefund(id("ref"), id, reference, amount, reason, status, "", now());
    line("refund", refund.id(), amount, false);
    keep(payment.refunded(payment.refunded().plus(amount)));
    keep(refund);
    tell("refund.created", "REFUND", refund.id(), payment.amount());
    if (waits) {
      later("complete-refund", refund.id());
    }
    if (behaviour == Behaviour.REFUND_FAILS) {
      later("fail-refund", refund.id());
    }
    return refund;
  }

  synchronized BankDispute dispute(String id, Optional<Amount> part) {
    var payment = need(id);
    if (payment.status() != Status.CAPTURED) {
      throw new No(400, "not_captured", "status " + payment.status());
    }
    var amount = part.orElse(payment.captured());
    var time = now();
    var dispute =
        new BankDispute(
            id("dis"),
            id,
            amount,
            DISPUTE_FEE,
            DisputeStatus.OPENED,
            true,
            "fraudulent",
            time.plus(ANSWER_WITHIN),
            time);
    withdraw(dispute);
    keep(dispute);
    tell("dispute.opened", "DISPUTE", dispute.id(), payment.amount());
    return dispute;
  }

  synchronized BankDispute contest(String id) {
    var dispute = needDispute(id);
    if (dispute.status() != DisputeStatus.OPENED) {
      throw new No(400, "not_contestable", "status " + dispute.status());
    }
    return settle(dispute.to(DisputeStatus.CONTESTED, true, now()), "dispute.contested");
  }

  synchronized BankDispute accept(String id) {
    var dispute = needDispute(id);
    if (dispute.status() != DisputeStatus.OPENED) {
      throw new No(400, "not_acceptable", "status " + dispute.status());
    }
    return settle(dispute.to(DisputeStatus.ACCEPTED, true, now()), "dispute.accepted");
  }

  /// The card scheme decides. A win gives the amount back, and keeps the fee.
  synchronized BankDispute decide(String id, boolean won) {
    var dispute = needDispute(id);
    if (dispute.status() != DisputeStatus.OPENED && dispute.status() != DisputeStatus.CONTESTED) {
      throw new No(400, "decided", "status " + dispute.status());
    }
    if (won) {
      line("dispute_reversal", id, dispute.amount(), true);
    }
    var next = dispute.to(won ? DisputeStatus.WON : DisputeStatus.LOST, !won, now());
    return settle(next, won ? "dispute.won" : "dispute.lost");
  }

  /// What was won is claimed once more.
  synchronized BankDispute reopen(String id) {
    var dispute = needDispute(id);
    if (dispute.status() != DisputeStatus.WON) {
      throw new No(400, "not_won", "status " + dispute.status());
    }
    withdraw(dispute);
    return settle(dispute.to(DisputeStatus.OPENED, true, now()), "dispute.reopened");
  }

  synchronized BankPayout payout(String beneficiary, Amount amount, String reference) {
    if (payouts().anyMatch(p -> p.reference().equals(reference))) {
      throw new No(400, "reference_used", "this reference names another payout");
    }
    var due = balance().getOrDefault(amount.asset(), BigInteger.ZERO);
    if (amount.isZero() || due.compareTo(amount.units()) < 0) {
      throw new No(400, "balance_too_low", "asked for " + amount);
    }
    var payout =
        new BankPayout(id("out"), reference, beneficiary, amount, PayoutStatus.SENT, now());
    line("payout", payout.id(), amount, false);
    keep(payout);
    tell("payout.sent", "PAYOUT", payout.id(), amount);
    later("pay-out", payout.id());
    return payout;
  }

  synchronized BankPayout cancelPayout(String id) {
    var payout =
        payouts().filter(p -> p.id().equals(id)).findFirst().orElseThrow(BankBooks::nowhere);
    if (payout.status() != PayoutStatus.SENT) {
      throw new No(400, "not_cancellable", "status " + payout.status());
    }
    line("payout_cancel", id, payout.amount(), true);
    var next = payout.to(PayoutStatus.CANCELLED, now());
    keep(next);
    tell("payout.cancelled", "PAYOUT", id, payout.amount());
    return next;
  }

  /// What the bank does by itself, once its time has come; answers false where nothing was due.
  synchronized boolean act() {
    var now = clock.instant();
    var due = waiting(BankTimer.class).filter(t -> !now.isBefore(t.due())).findFirst();
    if (due.isEmpty()) {
      return false;
    }
    var timer = due.get();
    keep(timer.over());
    switch (timer.act()) {
      case "dispute" -> dispute(timer.object(), Optional.empty());
      case "complete-refund" -> finish(timer.object(), RefundStatus.COMPLETED, "");
      case "fail-refund" -> finish(timer.object(), RefundStatus.FAILED, "expired_or_canceled_card");
      case "pay-out" -> paid(timer.object());
      default -> throw new IllegalStateException("a timer for " + timer.act());
    }
    return true;
  }

  private void finish(String id, RefundStatus status, String why) {
    var refund = refunds().filter(r -> r.id().equals(id)).findFirst().orElseThrow();
    var payment = need(refund.payment());
    if (status == RefundStatus.FAILED) {
      line("refund_failure", id, refund.amount(), true);
      keep(payment.refunded(payment.refunded().minus(refund.amount())));
    }
    keep(refund.to(status, why, now()));
    tell("refund.updated", "REFUND", id, payment.amount());
  }

  private void paid(String id) {
    var payout = payouts().filter(p -> p.id().equals(id)).findFirst().orElseThrow();
    if (payout.status() == PayoutStatus.SENT) {
      keep(payout.to(PayoutStatus.PAID, now()));
      tell("payout.paid", "PAYOUT", id, payout.amount());
    }
  }

  private BankPayment stepUp(BankPayment payment) {
    var next = payment.to(Status.ACTION_REQUIRED, payment.captured(), now());
    keep(next);
    return next;
  }

  private BankPayment taken(BankPayment payment) {
    return payment.manual()
        ? settle(payment.to(Status.AUTHORIZED, payment.captured(), now()), "payment.authorized")
        : captured(payment, payment.amount());
  }

  private BankPayment captured(BankPayment payment, Amount amount) {
    line("charge", payment.id(), amount, true);
    var next = payment.to(Status.CAPTURED, amount, now());
    if (Behaviour.of(payment.amount()) == Behaviour.REORDERED) {
      tell("payment.processing", "PAYMENT", payment.id(), payment.amount());
    }
    settle(next, "payment.captured");
    if (Behaviour.of(payment.amount()) == Behaviour.DISPUTED) {
      later("dispute", payment.id());
    }
    return next;
  }

  private BankPayment settle(BankPayment next, String type) {
    keep(next);
    if (Behaviour.of(next.amount()) != Behaviour.UNKNOWN || next.status() == Status.RETURNED) {
      tell(type, "PAYMENT", next.id(), next.amount());
    }
    return next;
  }

  private BankDispute settle(BankDispute next, String type) {
    keep(next);
    tell(type, "DISPUTE", next.id(), need(next.payment()).amount());
    return next;
  }

  private void withdraw(BankDispute dispute) {
    line("dispute", dispute.id(), dispute.amount(), false);
    line("dispute_fee", dispute.id(), dispute.fee(), false);
  }

  /// The merchant pays in money of his own.
  synchronized void deposit(Amount amount) {
    line("deposit", "merchant", amount, true);
  }

  private void line(String kind, String source, Amount gross, boolean credit) {
    keep(new BankLine(id("line"), kind, source, gross, Amount.zero(gross.asset()), credit, now()));
  }

  private void later(String act, String object) {
    keep(new BankTimer(id("timer"), act, object, clock.instant().plus(options.soon()), false));
  }

  private void tell(String type, String about, String object, Amount amount) {
    var behaviour = Behaviour.of(amount);
    var at = now();
    var wait =
        switch (behaviour) {
          case LATE -> options.late();
          case REORDERED -> type.equals("payment.processing") ? options.soon() : Duration.ZERO;
          case WELL,
              SECURE_STEP,
              DECLINED,
              DISPUTED,
              UNKNOWN,
              DOUBLED,
              REFUND_FAILS,
              REFUND_UNKNOWN ->
              Duration.ZERO;
          case REFUND_PENDING, PREPARE_LOST -> Duration.ZERO;
        };
    keep(
        new BankEvent(
            id("evt"),
            type,
            about,
            object,
            at,
            at.plus(wait),
            behaviour == Behaviour.DOUBLED ? 2 : 1));
  }

  /// Events that are owed to the merchant now.
  synchronized List<BankEvent> owed() {
    var now = clock.instant();
    return waiting(BankEvent.class).filter(e -> !now.isBefore(e.sendAt())).limit(PAGE).toList();
  }

  synchronized void delivered(String event) {
    if (things.get(event) instanceof BankEvent e && e.copies() > 0) {
      keep(e.owed(e.copies() - 1));
    }
  }

  synchronized Optional<BankKey> key(String key) {
    return Optional.ofNullable(things.get("key:" + key)).map(BankKey.class::cast);
  }

  synchronized void answered(String key, String content, int status, String body) {
    keep(new BankKey("key:" + key, content, status, body, now()));
  }

  synchronized Map<Asset, BigInteger> balance() {
    var sums = new TreeMap<Asset, BigInteger>();
    all(BankLine.class)
        .forEach(line ->
            sums.merge(
                line.gross().asset(),
                (line.credit() ? line.gross().units() : line.gross().units().negate())
                    .subtract(line.fee().units()),
                BigInteger::add));
    return sums;
  }

  /// Things of one kind behind the cursor, oldest first; at most 100.
  synchronized <T extends BankThings> List<T> page(Class<T> kind, Optional<String> after) {
    var list = all(kind).toList();
    int from = 0;
    for (int i = 0; after.isPresent() && i < list.size(); i++) {
      from = list.get(i).id().equals(after.get()) ? i + 1 : from;
    }
    return list.subList(from, Math.min(list.size(), from + PAGE));
  }

  synchronized <T extends BankThings> List<T> list(Class<T> kind) {
    return all(kind).toList();
  }

  synchronized <T extends BankThings> Optional<T> find(Class<T> kind, String id) {
    return Optional.ofNullable(things.get(id)).filter(kind::isInstance).map(kind::cast);
  }

  @Override
  public synchronized void close() {
    journal.close();
  }

  private <T extends BankThings> Stream<T> all(Class<T> kind) {
    return things.values().stream().filter(kind::isInstance).map(kind::cast);
  }

  private <T extends BankThings> Stream<T> waiting(Class<T> kind) {
    return waiting.stream().map(things::get).filter(kind::isInstance).map(kind::cast);
  }

  private Stream<BankRefund> refunds() {
    return all(BankRefund.class);
  }

  private Stream<BankDispute> disputes() {
    return all(BankDispute.class);
  }

  private Stream<BankPayout> payouts() {
    return all(BankPayout.class);
  }

  private BankPayment need(String id) {
    return find(BankPayment.class, id).orElseThrow(BankBooks::nowhere);
  }

  private BankDispute needDispute(String id) {
    return find(BankDispute.class, id).orElseThrow(BankBooks::nowhere);
  }

  static No nowhere() {
    return new No(404, "not_found", "the bank does not know this");
  }

  private String id(String kind) {
    return kind + "_" + UUID.randomUUID().toString().replace("-", "");
  }

  private void keep(BankThings thing) {
    fresh.add(thing);
    remember(thing);
  }

  private void remember(BankThings thing) {
    things.put(thing.id(), thing);
    boolean open =
        switch (thing) {
          case BankEvent e -> e.copies() > 0;
          case BankTimer t -> !t.done();
          case BankPayment p -> {
            references.put(p.reference(), p.id());
            yield false;
          }
          case BankRefund _, BankDispute _, BankPayout _, BankLine _, BankKey _ -> false;
        };
    if (open) {
      waiting.add(thing.id());
    } else {
      waiting.remove(thing.id());
    }
  }

  /// The bank's own time: no two acts share one.
  private Instant now() {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
    return last;
  }
}
