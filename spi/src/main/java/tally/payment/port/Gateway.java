package tally.payment.port;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tally.money.Amount;
import tally.money.Asset;

/// One account at one payment gateway. Stateless: the core owns state, keys, retries and the book,
/// and a plug-in writes no database.
///
/// Every money call carries a key made by the core before the call; the same key and content never
/// moves money twice. What a method throws counts as `Unknown`, unless it is `NotSent`.
public interface Gateway {

  enum Feature {
    HOSTED_PAGE,
    SAVED_METHOD,
    SEPARATE_CAPTURE,
    PARTIAL_CAPTURE,
    CANCEL,
    REFUND,
    PARTIAL_REFUND,
    DISPUTES,
    PAYOUTS,
    STATEMENTS,
    EVENT_LIST,
    LOOK_UP_BY_REFERENCE
  }

  enum WebhookProof {
    HMAC,
    CERTIFICATE,
    POSTBACK,
    FETCH_ONLY
  }

  /// @param minimum and `maximum` of one payment
  record Currency(Asset asset, Amount minimum, Amount maximum) {}

  /// @param refundWindow how long after capture a refund is taken
  /// @param keyLife how long the gateway remembers an idempotency key
  /// @param horizon how long an outcome may stay open; after it a human looks
  record Facts(
      String kind,
      boolean test,
      Set<Feature> features,
      List<Currency> currencies,
      Duration refundWindow,
      Duration keyLife,
      Duration horizon,
      WebhookProof webhookProof) {}

  enum Capture {
    AUTOMATIC,
    MANUAL
  }

  /// @param reference our payment id; stored at the gateway and found again by `lookup`
  /// @param method a saved method's token, or empty for the hosted page
  record Order(
      String reference,
      String customer,
      Amount amount,
      Capture capture,
      Optional<String> method,
      URI returnTo,
      String description) {}

  /// What the payer must do next.
  record Action(URI url, Instant until) {}

  /// A gateway's object, made without moving money.
  ///
  /// @param at the gateway's own time of its making; what is older than it was never about this
  ///   object
  record Prepared(String object, Optional<Action> action, Instant at) {}

  enum DeclineKind {
    HARD,
    SOFT,
    INSUFFICIENT,
    AUTHENTICATION_NEEDED,
    FRAUD,
    EXPIRED_METHOD
  }

  record Decline(DeclineKind kind, String advice) {}

  /// The answer to a call that may move money: exactly one of six.
  sealed interface Outcome {
    record Succeeded(Snapshot snapshot) implements Outcome {}

    record Pending(String reason, Instant nextLook) implements Outcome {}

    record ActionRequired(Action action) implements Outcome {}

    record Declined(Decline decline) implements Outcome {}

    /// Provably not carried out.
    record NotSent(String why) implements Outcome {}

    /// It may have been carried out; only a look-up can tell.
    record Unknown(String why) implements Outcome {}
  }

  enum Status {
    OPEN,
    ACTION_REQUIRED,
    PENDING,
    AUTHORIZED,
    CAPTURED,
    DECLINED,
    CANCELLED,
    EXPIRED,
    RETURNED
  }

  /// The gateway's object as it now is.
  ///
  /// @param at the gateway's own time of this state; an older snapshot never moves a payment back
  /// @param reversible whether this money may still be charged back
  record Snapshot(
      String object,
      String reference,
      Status status,
      Amount amount,
      Amount captured,
      Amount refunded,
      Optional<Amount> fee,
      String method,
      boolean threeDSecure,
      boolean reversible,
      Optional<Decline> decline,
      Optional<Action> action,
      Instant at) {}

  sealed interface Found {
    record Here(Snapshot snapshot) implements Found {}

    /// @param definitive true where the gateway is sure that it will never appear
    record Nowhere(boolean definitive) implements Found {}

    record Unreachable(String why) implements Found {}
  }

  enum RefundStatus {
    PENDING,
    COMPLETED,
    FAILED
  }

  record RefundSnapshot(
      String refund,
      String object,
      String reference,
      RefundStatus status,
      Amount amount,
      String reason,
      Instant at) {}

  sealed interface RefundOutcome {
    record Taken(RefundSnapshot snapshot) implements RefundOutcome {}

    record Refused(String code, String text) implements RefundOutcome {}

    record NotSent(String why) implements RefundOutcome {}

    record Unknown(String why) implements RefundOutcome {}
  }

  enum DisputeStatus {
    WARNED,
    INQUIRY,
    OPENED,
    CONTESTED,
    WON,
    LOST,
    ACCEPTED,
    PREVENTED,
    CLOSED
  }

  /// @param withdrawn what the gateway has taken from us for it, and its fee
  record DisputeSnapshot(
      String dispute,
      String object,
      DisputeStatus status,
      Amount amount,
      Amount fee,
      boolean withdrawn,
      String reason,
      Optional<Instant> answerBy,
      Instant at) {}

  /// What a webhook says, once its proof is checked: only which objects to look at.
  sealed interface Event {
    record Verified(String id, Instant at, List<Reference> about) implements Event {}

    /// The proof is wrong: at most a hint to look.
    record Unverified(String why, List<Reference> about) implements Event {}

    record Ignored(String why) implements Event {}
  }

  enum About {
    PAYMENT,
    REFUND,
    DISPUTE,
    PAYOUT
  }

  record Reference(About about, String object) {}

  record Page<T>(List<T> items, Optional<String> next) {}

  record ListedEvent(String id, Instant at, List<Reference> about) {}

  /// One line of the gateway's own account.
  ///
  /// @param credit true where it raises what the gateway owes us
  record StatementLine(
      String id,
      String kind,
      String source,
      Amount gross,
      Amount fee,
      boolean credit,
      Instant availableOn,
      Instant at) {}

  enum PayoutStatus {
    SENT,
    PAID,
    FAILED,
    CANCELLED
  }

  record PayoutSnapshot(
      String payout, String reference, PayoutStatus status, Amount amount, Instant at) {}

  sealed interface PayoutOutcome {
    record Taken(PayoutSnapshot snapshot) implements PayoutOutcome {}

    record Refused(String code, String text) implements PayoutOutcome {}

    record NotSent(String why) implements PayoutOutcome {}

    record Unknown(String why) implements PayoutOutcome {}
  }

  Facts facts();

  /// A live check of credentials that moves nothing; empty where all is well, else what is wrong.
  Optional<String> probe();

  /// Makes the gateway's object. No money may move here.
  Prepared prepare(Order order, String key);

  /// Lets a prepared payment by a saved method go on. A hosted page confirms by itself.
  Outcome confirm(String object, String key);

  Outcome capture(String object, Amount amount, String key);

  Outcome cancel(String object, String key);

  Found lookup(String object);

  Found lookupByReference(String reference);

  RefundOutcome refund(String object, Amount amount, String reference, String reason, String key);

  Optional<RefundSnapshot> lookupRefund(String refund);

  Optional<RefundSnapshot> lookupRefundByReference(String reference);

  Optional<DisputeSnapshot> dispute(String dispute);

  /// Sends the evidence, once; a second time is refused by the gateway.
  Outcome contest(String dispute, Map<String, String> evidence, String key);

  Outcome accept(String dispute, String key);

  /// Pure: reads and proves one delivery against each of the secrets that are now valid.
  Event webhook(byte[] body, Map<String, String> headers, List<String> secrets, Instant now);

  Page<ListedEvent> events(Optional<String> cursor);

  Page<StatementLine> statements(Optional<String> cursor);

  PayoutOutcome payout(String beneficiary, Amount amount, String reference, String key);

  Optional<PayoutSnapshot> lookupPayout(String reference);

  Outcome cancelPayout(String payout, String key);

  /// Thrown by a call that provably did not leave this machine or was refused before it was carried
  /// out.
  final class NotSent extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotSent(String message) {
      super(message);
    }
  }
}
