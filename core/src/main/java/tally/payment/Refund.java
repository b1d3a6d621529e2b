package tally.payment;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tally.money.Amount;
import tally.money.Tenant;
import tally.payment.port.Gateway.RefundSnapshot;

/// Money of one payment on its way back to where it came from.
public sealed interface Refund {

  Order order();

  record Id(UUID value) {}

  record Order(Id id, Tenant tenant, PaymentId payment, Amount amount, String reason) {

    /// Where a snapshot is not about this order as we wrote it.
    public Optional<String> mismatch(RefundSnapshot notice) {
      if (!notice.reference().equals(id.value().toString())) {
        return Optional.of("reference " + notice.reference() + " is not " + id.value());
      }
      return notice.amount().equals(amount)
          ? Optional.empty()
          : Optional.of("the gateway says " + notice.amount() + ", the order " + amount);
    }
  }

  record Requested(Order order) implements Refund {}

  record Approved(Order order, String by) implements Refund {}

  record Sent(Order order, String refund, Instant at) implements Refund {}

  record Completed(Order order, String refund, Instant at) implements Refund {}

  /// The gateway's no, or its failure; also after it was completed. Our own refusal has no gateway
  /// name.
  record Failed(
      Order order,
      Optional<String> refund,
      String code,
      String text,
      boolean afterCompletion,
      Instant at)
      implements Refund {}

  record Unknown(Order order, String why, Instant since) implements Refund {}

  /// Whether the janitor looks.
  default boolean live() {
    return switch (this) {
      case Requested _, Approved _, Sent _, Unknown _ -> true;
      case Completed _, Failed _ -> false;
    };
  }

  /// The gateway's name of it, where this state knows one.
  default Optional<String> named() {
    return switch (this) {
      case Sent s -> Optional.of(s.refund());
      case Completed s -> Optional.of(s.refund());
      case Failed s -> s.refund();
      case Requested _, Approved _, Unknown _ -> Optional.empty();
    };
  }

  /// What the gateway's word makes of this state. A completed refund may still fail; a failed one
  /// stays so.
  default Move<Refund> on(RefundSnapshot notice) {
    if (known().filter(notice.at()::isBefore).isPresent()) {
      return new Move.OutOfTurn<>("older than the state: " + notice.at());
    }
    return switch (this) {
      case Requested _, Approved _, Unknown _ -> new Move.Moved<>(as(notice, false));
      case Sent _ ->
          switch (notice.status()) {
            case PENDING -> new Move.Already<>();
            case COMPLETED, FAILED -> new Move.Moved<>(as(notice, false));
          };
      case Completed _ ->
          switch (notice.status()) {
            case COMPLETED -> new Move.Already<>();
            case FAILED -> new Move.Moved<>(as(notice, true));
            case PENDING -> late(notice);
          };
      case Failed _ ->
          switch (notice.status()) {
            case FAILED -> new Move.Already<>();
            case PENDING, COMPLETED -> late(notice);
          };
    };
  }

  private Optional<Instant> known() {
    return switch (this) {
      case Sent s -> Optional.of(s.at());
      case Completed s -> Optional.of(s.at());
      case Failed s -> s.refund().isPresent() ? Optional.of(s.at()) : Optional.empty();
      case Requested _, Approved _, Unknown _ -> Optional.empty();
    };
  }

  private Refund as(RefundSnapshot s, boolean completed) {
    return switch (s.status()) {
      case PENDING -> new Sent(order(), s.refund(), s.at());
      case COMPLETED -> new Completed(order(), s.refund(), s.at());
      case FAILED ->
          new Failed(
              order(), Optional.of(s.refund()), "refund_failed", s.reason(), completed, s.at());
    };
  }

  private Move<Refund> late(RefundSnapshot notice) {
    return new Move.OutOfTurn<>(getClass().getSimpleName() + " does not become " + notice.status());
  }
}
