package tally.payment;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tally.money.Amount;
import tally.money.Derived;
import tally.money.Tenant;
import tally.payment.port.Gateway.DisputeSnapshot;
import tally.payment.port.Gateway.DisputeStatus;

/// A payer's bank, or the gateway, asks for a payment back.
public sealed interface Dispute {

  Case about();

  record Id(UUID value) {

    /// The one id of what a gateway account calls by this name.
    public static Id of(String gateway, String name) {
      return new Id(Derived.id("dispute/" + gateway + "/" + name));
    }
  }

  /// @param dispute the gateway's name of it
  /// @param withdrawn whether the gateway has taken amount and fee from us
  /// @param at the gateway's own time of this state
  record Case(
      Id id,
      Tenant tenant,
      PaymentId payment,
      String gateway,
      String dispute,
      Amount amount,
      Amount fee,
      boolean withdrawn,
      String reason,
      Optional<Instant> answerBy,
      Instant at) {

    /// The same case as a newer snapshot tells it. The amount may differ from the payment's, in
    /// both directions.
    Case with(DisputeSnapshot s) {
      return new Case(
          id,
          tenant,
          payment,
          gateway,
          dispute,
          s.amount(),
          s.fee(),
          s.withdrawn(),
          s.reason(),
          s.answerBy(),
          s.at());
    }

    private Case at(Instant time) {
      return new Case(
          id, tenant, payment, gateway, dispute, amount, fee, withdrawn, reason, answerBy, time);
    }
  }

  record Warned(Case about) implements Dispute {}

  record Inquiry(Case about) implements Dispute {}

  record Opened(Case about) implements Dispute {}

  record Contested(Case about) implements Dispute {}

  record Won(Case about) implements Dispute {}

  record Lost(Case about) implements Dispute {}

  record Accepted(Case about) implements Dispute {}

  record Prevented(Case about) implements Dispute {}

  record Closed(Case about) implements Dispute {}

  /// The state that a status names.
  static Dispute as(DisputeStatus status, Case about) {
    return switch (status) {
      case WARNED -> new Warned(about);
      case INQUIRY -> new Inquiry(about);
      case OPENED -> new Opened(about);
      case CONTESTED -> new Contested(about);
      case WON -> new Won(about);
      case LOST -> new Lost(about);
      case ACCEPTED -> new Accepted(about);
      case PREVENTED -> new Prevented(about);
      case CLOSED -> new Closed(about);
    };
  }

  /// Whether it may still move in the ordinary course.
  default boolean live() {
    return switch (this) {
      case Warned _, Inquiry _, Opened _, Contested _ -> true;
      case Won _, Lost _, Accepted _, Prevented _, Closed _ -> false;
    };
  }

  /// Whether evidence may be sent, or the case given up.
  default boolean answerable() {
    return switch (this) {
      case Warned _, Inquiry _, Opened _ -> true;
      case Contested _, Won _, Lost _, Accepted _, Prevented _, Closed _ -> false;
    };
  }

  /// Whether the bank now claims money of this payment, so that none may be refunded meanwhile.
  default boolean claiming() {
    return switch (this) {
      case Opened _, Contested _ -> true;
      case Warned _, Inquiry _, Won _, Lost _, Accepted _, Prevented _, Closed _ -> false;
    };
  }

  /// Whether the bank has kept the money.
  default boolean taken() {
    return switch (this) {
      case Lost _, Accepted _ -> true;
      case Warned _, Inquiry _, Opened _, Contested _, Won _, Prevented _, Closed _ -> false;
    };
  }

  /// What the gateway's word makes of this state: one step. Repeat until nothing moves, since a
  /// dispute that was won and is lost in the end was opened again in between, whether we saw it or
  /// not.
  default Move<Dispute> on(DisputeSnapshot notice) {
    if (notice.at().isBefore(about().at())) {
      return new Move.OutOfTurn<>("older than the state: " + notice.at());
    }
    var next = as(notice.status(), about().with(notice));
    if (next.getClass() == getClass()) {
      boolean same = next.about().equals(about().at(notice.at()));
      return same ? new Move.Already<>() : new Move.Moved<>(next);
    }
    return switch (this) {
      case Warned _ -> new Move.Moved<>(next);
      case Inquiry _ ->
          switch (notice.status()) {
            case WARNED -> late(notice);
            case INQUIRY, OPENED, CONTESTED, WON, LOST, ACCEPTED, PREVENTED, CLOSED ->
                new Move.Moved<>(next);
          };
      case Opened _ ->
          switch (notice.status()) {
            case WARNED, INQUIRY -> late(notice);
            case OPENED, CONTESTED, WON, LOST, ACCEPTED, PREVENTED, CLOSED ->
                new Move.Moved<>(next);
          };
      case Contested _ ->
          switch (notice.status()) {
            case WARNED, INQUIRY, OPENED -> late(notice);
            case CONTESTED, WON, LOST, ACCEPTED, PREVENTED, CLOSED -> new Move.Moved<>(next);
          };
      case Won _ ->
          switch (notice.status()) {
            case OPENED, CONTESTED, LOST, ACCEPTED ->
                new Move.Moved<>(new Opened(about().with(notice)));
            case WARNED, INQUIRY, WON, PREVENTED, CLOSED -> late(notice);
          };
      case Lost _, Accepted _, Prevented _, Closed _ -> late(notice);
    };
  }

  private Move<Dispute> late(DisputeSnapshot notice) {
    return new Move.OutOfTurn<>(getClass().getSimpleName() + " does not become " + notice.status());
  }
}
