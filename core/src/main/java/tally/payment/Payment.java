package tally.payment;

import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.payment.port.Gateway.Action;
import tally.payment.port.Gateway.Decline;
import tally.payment.port.Gateway.DeclineKind;
import tally.payment.port.Gateway.Snapshot;

/// Money that somebody pays in through a gateway.
public sealed interface Payment {

  Order order();

  /// @param gateway our name of the gateway account
  record Order(
      PaymentId id,
      Tenant tenant,
      Holder payer,
      String gateway,
      Amount amount,
      URI returnTo,
      String description) {

    /// Where a snapshot is not about this order as we wrote it; then no state may follow from it.
    public Optional<String> mismatch(Snapshot notice) {
      if (!notice.reference().equals(id.value().toString())) {
        return Optional.of("reference " + notice.reference() + " is not " + id.value());
      }
      if (!notice.amount().equals(amount)) {
        return Optional.of("the gateway says " + notice.amount() + ", the order " + amount);
      }
      return switch (notice.status()) {
        case CAPTURED, RETURNED ->
            notice.captured().equals(amount)
                ? Optional.empty()
                : Optional.of("captured " + notice.captured() + " of " + amount);
        case OPEN, ACTION_REQUIRED, PENDING, AUTHORIZED, DECLINED, CANCELLED, EXPIRED ->
            Optional.empty();
      };
    }
  }

  record Requested(Order order) implements Payment {}

  record ActionRequired(Order order, String object, Action action, Instant at) implements Payment {}

  record Pending(Order order, String object, String reason, Instant at) implements Payment {}

  record Authorized(Order order, String object, Amount authorized, Instant at) implements Payment {}

  record Captured(
      Order order,
      String object,
      Amount captured,
      Optional<Amount> fee,
      String method,
      boolean threeDSecure,
      boolean reversible,
      Instant at)
      implements Payment {}

  /// Captured, and taken back by the bank later, outside a dispute.
  record Returned(Order order, String object, Amount captured, Instant at) implements Payment {}

  record Declined(Order order, Decline decline, Instant at) implements Payment {}

  record Voided(Order order, Instant at) implements Payment {}

  record Expired(Order order, Instant at) implements Payment {}

  /// It may have happened. Only a look-up leads out of here.
  record Unknown(Order order, Optional<String> object, String why, Instant since)
      implements Payment {}

  /// Whether the gateway may still move it in the ordinary course, so that the janitor looks.
  default boolean live() {
    return switch (this) {
      case Requested _, ActionRequired _, Pending _, Authorized _, Unknown _ -> true;
      case Captured _, Returned _, Declined _, Voided _, Expired _ -> false;
    };
  }

  /// The gateway's name of it, where this state knows one.
  default Optional<String> named() {
    return switch (this) {
      case ActionRequired s -> Optional.of(s.object());
      case Pending s -> Optional.of(s.object());
      case Authorized s -> Optional.of(s.object());
      case Captured s -> Optional.of(s.object());
      case Returned s -> Optional.of(s.object());
      case Unknown s -> s.object();
      case Requested _, Declined _, Voided _, Expired _ -> Optional.empty();
    };
  }

  /// What the gateway's word makes of this state. A snapshot older than the state moves nothing;
  /// what has ended stays ended, but for a capture that the bank takes back. Ask `Order.mismatch`
  /// first.
  default Move<Payment> on(Snapshot notice) {
    if (known().filter(notice.at()::isBefore).isPresent()) {
      return new Move.OutOfTurn<>("older than the state: " + notice.at());
    }
    return switch (this) {
      case Requested _, Unknown _ -> new Move.Moved<>(as(notice));
      case ActionRequired _, Pending _ -> unlessSame(as(notice));
      case Authorized _ ->
          switch (notice.status()) {
            case OPEN, ACTION_REQUIRED -> late(notice);
            case PENDING, AUTHORIZED, CAPTURED, DECLINED, CANCELLED, EXPIRED, RETURNED ->
                unlessSame(as(notice));
          };
      case Captured _ ->
          switch (notice.status()) {
            case CAPTURED -> new Move.Already<>();
            case RETURNED -> new Move.Moved<>(as(notice));
            case OPEN, ACTION_REQUIRED, PENDING, AUTHORIZED, DECLINED, CANCELLED, EXPIRED ->
                late(notice);
          };
      case Returned _, Declined _, Voided _, Expired _ ->
          as(notice).getClass() == getClass() ? new Move.Already<>() : late(notice);
    };
  }

  /// The gateway does not find it. Only a sure answer, after the key's life is over too, ends what
  /// was never seen.
  default Move<Payment> missing(boolean definitive, boolean keyOver, Instant now) {
    return switch (this) {
      case Requested _ ->
          definitive && keyOver
              ? new Move.Moved<>(new Expired(order(), now))
              : new Move.Already<>();
      case Unknown _ ->
          definitive && keyOver
              ? new Move.Moved<>(new Expired(order(), now))
              : new Move.Already<>();
      case ActionRequired _, Pending _, Authorized _ ->
          new Move.Moved<>(new Unknown(order(), named(), "the gateway does not find it now", now));
      case Captured _, Returned _, Declined _, Voided _, Expired _ ->
          new Move.OutOfTurn<>("the gateway does not find what has ended");
    };
  }

  /// The gateway's own time of this state.
  private Optional<Instant> known() {
    return switch (this) {
      case ActionRequired s -> Optional.of(s.at());
      case Pending s -> Optional.of(s.at());
      case Authorized s -> Optional.of(s.at());
      case Captured s -> Optional.of(s.at());
      case Returned s -> Optional.of(s.at());
      case Declined s -> Optional.of(s.at());
      case Voided s -> Optional.of(s.at());
      // Requested and Unknown hold no gateway time; an expiry without an answer is dated by our
      // clock.
      case Requested _, Expired _, Unknown _ -> Optional.empty();
    };
  }

  /// The state that a snapshot names.
  private Payment as(Snapshot s) {
    return switch (s.status()) {
      case OPEN, ACTION_REQUIRED ->
          s.action()
              .<Payment>map(action -> new ActionRequired(order(), s.object(), action, s.at()))
              .orElseGet(() -> pending(s));
      case PENDING -> pending(s);
      case AUTHORIZED -> new Authorized(order(), s.object(), s.amount(), s.at());
      case CAPTURED ->
          new Captured(
              order(),
              s.object(),
              s.captured(),
              s.fee(),
              s.method(),
              s.threeDSecure(),
              s.reversible(),
              s.at());
      case DECLINED ->
          new Declined(
              order(),
              s.decline().orElse(new Decline(DeclineKind.HARD, "no reason given")),
              s.at());
      case CANCELLED -> new Voided(order(), s.at());
      case EXPIRED -> new Expired(order(), s.at());
      case RETURNED -> new Returned(order(), s.object(), s.captured(), s.at());
    };
  }

  private Payment pending(Snapshot s) {
    return new Pending(order(), s.object(), s.status().name().toLowerCase(Locale.ROOT), s.at());
  }

  private Move<Payment> unlessSame(Payment next) {
    boolean same =
        switch (next) {
          case ActionRequired n ->
              this instanceof ActionRequired s
                  && s.object().equals(n.object())
                  && s.action().equals(n.action());
          case Pending n ->
              this instanceof Pending s
                  && s.object().equals(n.object())
                  && s.reason().equals(n.reason());
          case Authorized n -> this instanceof Authorized s && s.object().equals(n.object());
          case Requested _, Captured _, Returned _, Declined _, Voided _, Expired _, Unknown _ ->
              false;
        };
    return same ? new Move.Already<>() : new Move.Moved<>(next);
  }

  private Move<Payment> late(Snapshot notice) {
    return new Move.OutOfTurn<>(getClass().getSimpleName() + " does not become " + notice.status());
  }
}
