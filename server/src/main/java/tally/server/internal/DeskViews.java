package tally.server.internal;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tally.money.Amount;

/// What an operator sees of what he is to decide; written as in `Views`.
public final class DeskViews {

  private DeskViews() {}

  /// @param method such as a card's kind, as the gateway says it; absent, like `paid` and `paidAt`,
  ///   where the payment no longer holds money
  public record WaitingPart(
      UUID payment,
      String gateway,
      Amount amount,
      @Nullable String method,
      @Nullable Amount paid,
      @Nullable Instant paidAt) {}

  /// A refund that an operator must approve.
  ///
  /// @param own whether whoever looks asked for it himself
  /// @param above the limit of a day that it is above
  /// @param disputed whether a bank has claimed money of it meanwhile
  /// @param paidIn all that this person ever paid in; of it `used`, and `back` on his cards
  /// @param disputes how many of his payments were ever disputed
  public record WaitingRefund(
      UUID id,
      String who,
      boolean own,
      Amount amount,
      Amount above,
      Instant asked,
      boolean disputed,
      List<WaitingPart> parts,
      Amount paidIn,
      Amount used,
      Amount back,
      int disputes) {
    public WaitingRefund {
      parts = List.copyOf(parts);
    }
  }

  /// @param id of the decision
  /// @param why may be empty where it was approved
  public record DecidedRefund(
      UUID id,
      UUID refund,
      boolean approved,
      String who,
      Amount amount,
      String by,
      String why,
      Instant at) {}

  public record Piece(String name, String text) {}

  /// @param kind `contest` or `accept`
  /// @param by the account's name of whoever answered
  public record DisputeAnswer(String kind, String by, Instant at) {}

  /// A dispute with all that an answer needs.
  ///
  /// @param covered what is frozen of the payment now, which pays first if it is lost
  /// @param loss what the house would lose of `amount` then
  /// @param fee the gateway keeps it, whoever wins
  /// @param answerBy as in `Views.DisputeLine`
  /// @param answerable as in `Views.DisputeLine`; together with `answered`, it is not known yet if
  ///   that arrived
  /// @param version of this evidence: an answer names it, so that nothing else is sent than was
  ///   shown
  /// @param evidence what was sent, or what would be
  public record DisputeCase(
      UUID id,
      UUID payment,
      String state,
      String reason,
      Amount amount,
      Amount fee,
      Amount covered,
      Amount loss,
      @Nullable Instant answerBy,
      boolean answerable,
      @Nullable DisputeAnswer answered,
      UUID version,
      List<Piece> evidence) {
    public DisputeCase {
      evidence = List.copyOf(evidence);
    }
  }
}
