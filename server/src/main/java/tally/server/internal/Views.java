package tally.server.internal;

import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tally.money.Amount;
import tally.money.Quantity;

/// What the doors show. Amounts are written `{"amount":"25.00","asset":"USD"}`, quantities
/// `{"count":1,"unit":"byte"}`.
public final class Views {

  private Views() {}

  public record Action(URI url, Instant until) {}

  /// @param state requested, waiting, unknown, credited, declined, expired, returned or stalled
  public record TopUp(
      UUID id,
      String state,
      Amount amount,
      UUID payment,
      @Nullable Action action,
      @Nullable String code) {}

  /// @param own what an acceptance would use of the holder's own power now, before any money
  /// @param money what it would then pay of `pays`; both are settled when it is accepted
  /// @param buys what `gets` buys of the offering
  public record Quote(
      UUID id,
      UUID offering,
      Amount pays,
      Amount gets,
      Amount fee,
      Amount own,
      Amount money,
      String rate,
      Instant expires,
      Quantity buys) {}

  /// A way to pay.
  ///
  /// @param real whether real money moves
  /// @param minimum and `maximum` of one payment in the node's money; absent where it takes none of
  ///   it
  public record Way(
      String name, String kind, boolean real, @Nullable Amount minimum, @Nullable Amount maximum) {}

  /// One change of what is available.
  ///
  /// @param seq place in the book
  /// @param reason the entry's word, such as `topup captured`
  /// @param came whether it came in, else it went out
  /// @param after what was available then
  /// @param story the top-up, purchase or refund that it is of
  public record HistoryLine(
      long seq,
      Instant at,
      UUID entry,
      String reason,
      boolean came,
      Amount amount,
      Amount after,
      @Nullable UUID story) {}

  /// All that the book and the chain have of one top-up, purchase or refund.
  public record Receipt(UUID story, List<EntryLine> entries, List<Link> transactions) {
    public Receipt {
      entries = List.copyOf(entries);
      transactions = List.copyOf(transactions);
    }
  }

  public record Link(String hash, String purpose) {}

  /// @param state accepted, granting, opening, connecting, running, paused, finishing, returning,
  ///   finished, refused, stopped or stalled
  /// @param pays the money that is paid
  /// @param own tokens of the buyer's own power that are used beside it
  /// @param url where the buyer's own program fetches
  /// @param payUrl the seller's public pay door
  /// @param served the seller's own count, where he is on this node
  /// @param spent of `pays`; with `back` it is all of it
  /// @param ownSpent of `own`; what is left of it is his again
  /// @param backNow what would come back if it ended now; absent before it runs and after it ended
  public record Purchase(
      UUID id,
      String state,
      UUID quote,
      UUID offering,
      Amount pays,
      Amount own,
      @Nullable String channel,
      @Nullable URI url,
      @Nullable URI payUrl,
      @Nullable Quantity received,
      @Nullable Quantity served,
      @Nullable Amount paid,
      long vouchers,
      @Nullable String code,
      @Nullable String text,
      List<Link> transactions,
      @Nullable Amount spent,
      @Nullable Amount back,
      @Nullable Amount ownSpent,
      @Nullable Amount backNow) {
    public Purchase {
      transactions = List.copyOf(transactions);
    }
  }

  /// A voucher that the buyer signed, in the words of x402.
  public record SignedVoucher(
      String channel, String maxClaimable, String signature, Map<String, Object> config) {}

  /// A payment channel, as one of its sides keeps it.
  ///
  /// @param side payer or receiver
  /// @param state opening, open, closing, withdrawing, settled or abandoned
  /// @param buyer whose key signs its vouchers
  /// @param deposit deposits less returns, as last read from the chain
  /// @param promised what the highest voucher says, in all
  /// @param delivery what it pays for, where that is sold here; with it `served`, the seller's own
  ///   count, and `service`: active, suspended or terminated
  public record Channel(
      String id,
      String side,
      String network,
      String state,
      String buyer,
      String receiver,
      Amount deposit,
      Amount promised,
      Amount claimed,
      @Nullable UUID delivery,
      @Nullable Quantity served,
      @Nullable String service) {}

  public record RefundPart(UUID payment, Amount amount, String state) {}

  /// @param state requested, waiting (for an operator's approval), sending, completed, failed,
  ///   declined, unknown or stalled
  /// @param why an operator declined it
  public record Refund(
      UUID id, String state, Amount amount, List<RefundPart> parts, @Nullable String why) {
    public Refund {
      parts = List.copyOf(parts);
    }
  }

  /// What is a person's own on one network.
  ///
  /// @param own what lies in the vault and no purchase has taken
  /// @param free what of it nothing was promised
  /// @param releasable what of that could be released now; absent while the chain cannot be asked
  /// @param release whether this processor releases at all
  public record Power(
      String network, Amount own, Amount free, @Nullable Amount releasable, boolean release) {}

  /// @param state requested, sent, released, failed, refused or stalled
  /// @param transaction the chain's hash of what paid it out
  public record Release(
      UUID id,
      String state,
      String network,
      String to,
      Amount amount,
      @Nullable String transaction,
      @Nullable String code,
      @Nullable String text) {}

  public record Stock(UUID id, String state) {}

  public record Chargeback(
      UUID id,
      UUID dispute,
      String state,
      Amount granted,
      Amount spent,
      Amount reclaimed,
      Amount loss,
      Amount fee,
      @Nullable Appeal appeal) {}

  /// How a payer's own appeal fares; absent where he has not asked.
  ///
  /// @param state `asked`: on its way; `taken`: the council decides; `failed`: it never reached it
  /// @param code why it failed: `appeal_window_over`, `appeal_not_taken`
  public record Appeal(String state, @Nullable String code) {}

  /// A flow as the operator sees it.
  public record Story(UUID id, String kind, String state, boolean stalled, @Nullable String text) {}

  public record Source(@Nullable UUID payment) {}

  public record Lot(UUID id, Source source, Amount amount, Amount available) {}

  /// Where all the money is that a person ever paid in: the six parts are `paidIn` together.
  ///
  /// @param used what services cost, and what a bank took back
  /// @param back what is on its card again
  public record Whereabouts(
      Amount paidIn,
      Amount available,
      Amount inUse,
      Amount frozen,
      Amount refunding,
      Amount used,
      Amount back) {}

  /// `yours` is `available` and `inUse` together.
  public record Balance(
      Amount available,
      Amount inUse,
      Amount frozen,
      Amount refunding,
      Amount yours,
      List<Lot> lots,
      Whereabouts whereabouts) {}

  public record Offering(
      UUID id,
      String title,
      String provider,
      String adapter,
      String unit,
      Amount price,
      long per,
      long portion,
      long lagMax,
      URI endpoint,
      String receiver,
      Amount depositMin,
      String state) {}

  /// One sale of a provider, by his own count.
  ///
  /// @param state serving, suspended, settling, settled or stalled
  /// @param title of the newest offering with these terms; empty where there is none
  /// @param paidFor what the buyer's vouchers pay for: his half of the count
  /// @param lag how much was served beyond that; at `lagMax` the seller waits
  /// @param price for `per` of the unit
  /// @param deposit what the buyer's channel holds and held
  /// @param promised by vouchers in all
  /// @param claimed of that, since this sale began
  public record Sale(
      UUID id,
      String state,
      String title,
      Instant since,
      Quantity served,
      Quantity paidFor,
      Quantity lag,
      Quantity portion,
      Quantity lagMax,
      Amount price,
      long per,
      Amount deposit,
      Amount promised,
      Amount claimed,
      String channel) {}

  /// What a provider was promised by vouchers: `earned` is `claimed` and `waiting` together.
  ///
  /// @param waiting not yet claimed
  /// @param forgone promised, and no chain will pay it any more
  public record Income(Amount earned, Amount claimed, Amount waiting, Amount forgone) {}

  /// What this node holds on one network, by the book; `given` and `free` are `held` together.
  ///
  /// @param free in the vault, and granted to nobody
  /// @param given granted, in channels, or earned by providers of this node
  /// @param onChain what the vault itself says is free; absent, like the limit, while the chain
  ///   cannot be asked
  /// @param left of `daily`, what may still leave today
  public record Reserve(
      String network,
      Amount held,
      Amount free,
      Amount given,
      @Nullable Amount onChain,
      @Nullable Amount daily,
      @Nullable Amount left) {

    /// Whether book and chain say the same.
    public boolean agrees() {
      return free.equals(onChain);
    }
  }

  /// One line of the book; units are signed, since rim accounts may stand below zero.
  public record BookLine(String account, String asset, BigInteger units) {}

  public record PostingLine(String from, String to, Amount amount) {}

  public record EntryLine(
      long seq, Instant at, UUID id, String reason, List<PostingLine> postings) {}

  public record Verified(boolean sound, long entries, long holds, List<String> faults) {}

  public record TransactionLine(
      UUID id, @Nullable String hash, String purpose, String state, @Nullable Long block) {}

  public record PaymentLine(UUID id, String gateway, String state, Amount amount) {}

  /// @param answerBy when the bank must have our answer; absent where it does not say
  /// @param answerable whether an answer may still count
  public record DisputeLine(
      UUID id,
      UUID payment,
      String state,
      Amount amount,
      Amount fee,
      String reason,
      @Nullable Instant answerBy,
      boolean answerable) {}
}
