package tally.flow;

import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tally.escrow.Channel;
import tally.ledger.EntryId;
import tally.ledger.LotId;
import tally.money.Amount;
import tally.money.Quantity;
import tally.network.TransactionId;
import tally.payment.Dispute;
import tally.payment.Payment;
import tally.payment.Refund;
import tally.treasury.Grant;
import tally.x402.Address;
import tally.x402.ChannelId;

/// Something that happened: a fact from a room, a wish of a person, the answer to a command, a word
/// from another flow.
public sealed interface Signal {

  record Begun() implements Signal {}

  // Wishes of a person, or of a worker on his behalf.

  record PauseAsked() implements Signal {}

  record ResumeAsked() implements Signal {}

  record FinishAsked() implements Signal {}

  /// The payer appeals against what was frozen of his.
  record AppealAsked() implements Signal {}

  /// An operator approves a refund that waits for it, or declines it.
  record RefundDecided(Decision decision) implements Signal {}

  /// The seller's side of a sale is over.
  record EndAsked() implements Signal {}

  /// A buyer who takes back has promised all that a voucher still can.
  record CreditUsed() implements Signal {}

  /// The deposit is used up, so the service ends by itself.
  record BudgetUsed() implements Signal {}

  /// So much of what is drawn is promised, and both sides' readings agree, that the next slice may
  /// come.
  ///
  /// @param drawn what was drawn in all when it was said
  record SliceUsed(BigInteger drawn) implements Signal {}

  /// The seller counts what we did not receive.
  record MeterDisagreed(Quantity received, Quantity claimed) implements Signal {}

  // Facts from the rooms.

  record PaymentMoved(Payment payment) implements Signal {}

  record RefundMoved(Refund refund) implements Signal {}

  record DisputeMoved(Dispute dispute) implements Signal {}

  enum TransactionEnd {
    ACTED,
    REVERTED,
    NEVER_SENT
  }

  /// A flow that does not answer an end other than `ACTED` is stalled.
  record TransactionEnded(TransactionId transaction, TransactionEnd end, String reason)
      implements Signal {}

  record GrantMoved(Grant grant) implements Signal {}

  /// @param transaction the chain's hash of what credited it, whoever sent it
  record PowerReturned(ChannelId channel, BigInteger amount, String transaction)
      implements Signal {}

  /// @param ripe when the withdrawal may end, by the chain's time; empty where none was begun
  record Recalled(TransactionId recall, Optional<Instant> ripe) implements Signal {}

  /// @param acted false where there was nothing to end; another may have ended it
  record RecallFinished(TransactionId finish, boolean acted) implements Signal {}

  /// @param reclaim which of our transactions asked for it; the first, where it was sent anew
  record PowerReclaimed(Grant grant, BigInteger amount, TransactionId reclaim) implements Signal {}

  /// The vault paid out what was a person's own. Told to the newest of his releases there, whose it
  /// need not be: the signature of one that failed may still be shown to the vault by anybody.
  ///
  /// @param transaction the chain's hash, which with `ordinal` makes the posting's id
  /// @param own whether it is known to be that release's own transaction
  record PowerReleased(Address to, BigInteger amount, String transaction, int ordinal, boolean own)
      implements Signal {}

  /// @param transaction the chain's hash; `PowerReleased` tells what it paid, before or after
  record ReleaseActed(TransactionId release, String transaction) implements Signal {}

  /// @param overtaken the vault has paid out as much by another transaction
  record ReleaseEnded(TransactionId release, boolean overtaken) implements Signal {}

  record ChannelDeposited(ChannelId channel, Channel.Side side, BigInteger total)
      implements Signal {}

  /// @param transaction the chain's hash, which makes the posting's id
  record ChannelClaimed(
      ChannelId channel, Channel.Side side, BigInteger amount, BigInteger total, String transaction)
      implements Signal {}

  record ChannelRefunded(
      ChannelId channel, Channel.Side side, BigInteger amount, String transaction)
      implements Signal {}

  /// What of a receiver's payout was claimed of this channel.
  record ChannelPaidOut(ChannelId channel, BigInteger amount, String transaction)
      implements Signal {}

  /// Told to the seller: the buyer takes back one-sidedly.
  ///
  /// @param left what new vouchers can still promise
  record WithdrawalBegun(ChannelId channel, BigInteger amount, BigInteger left) implements Signal {}

  /// Told to the seller: the buyer has taken back.
  ///
  /// @param left what new vouchers can still promise
  record ChannelWithdrawn(ChannelId channel, BigInteger amount, BigInteger left)
      implements Signal {}

  /// So much more of what the seller holds vouchers for can no longer be claimed.
  record VouchersLost(ChannelId channel, BigInteger amount, String transaction) implements Signal {}

  /// So much of what was lost can be claimed after all.
  record VouchersRegained(ChannelId channel, BigInteger amount, String transaction)
      implements Signal {}

  // Answers to commands.

  record HoldsPlaced() implements Signal {}

  record HoldsRefused(String code, String text) implements Signal {}

  record Posted(EntryId entry) implements Signal {}

  /// The book's no to an entry. A flow that does not answer it is stalled.
  record PostRefused(EntryId entry, String code, String text) implements Signal {}

  /// No draw was sent: the buyer's key may not order it.
  record SliceRefused(TransactionId draw, String code, String text) implements Signal {}

  /// Nothing was sent: the vault has too little that is his own, or custody does not sign.
  record ReleaseRefused(TransactionId release, String code, String text) implements Signal {}

  record Connected(URI url) implements Signal {}

  record AccessRefused(String code, String text) implements Signal {}

  /// @param received what we counted in all
  /// @param paid the last voucher's ceiling
  record SellerFinished(Quantity received, Quantity claimed, BigInteger paid) implements Signal {}

  /// He could not be reached, or did not agree to the end, for as long as this node is patient.
  record SellerSilent(String why) implements Signal {}

  /// What was awaited has had its time.
  record Overdue(String what) implements Signal {}

  /// @param total what claims are to raise the total to; zero where there was nothing to claim
  record ClaimAsked(BigInteger total) implements Signal {}

  record RefundAsked(BigInteger amount) implements Signal {}

  /// @param amount what of the channel is still to be paid out; zero where all of it is
  record PayoutAsked(BigInteger amount) implements Signal {}

  /// @param frozen what was free of the lot and now is not
  record LotFrozen(LotId lot, Amount frozen) implements Signal {}

  /// What of a lot is where; for postings that must match it.
  record LotCounted(LotId lot, Amount available) implements Signal {}

  record PurchasesTold(List<FlowId> running) implements Signal {}

  record GrantsFrozen(List<Grant.Id> asked) implements Signal {}

  /// @param asked those that were frozen
  record GrantsAppealed(List<Grant.Id> asked) implements Signal {}

  /// A freeze that was sent can never act, and the grant is still its user's.
  ///
  /// @param reason the chain's or custody's own word
  record FreezeFailed(Grant.Id grant, String reason) implements Signal {}

  /// An appeal that was sent can never act.
  ///
  /// @param reason the chain's or custody's own word
  record AppealFailed(Grant.Id grant, String reason) implements Signal {}

  /// @param asked those that were not free already; each tells its end by `GrantMoved`
  record GrantsThawed(List<Grant.Id> asked) implements Signal {}

  // Words between flows.

  record LotDisputed(LotId lot, FlowId chargeback) implements Signal {}

  /// A bank or gateway warns of this lot's payment; nothing is claimed back yet.
  record LotWarned(LotId lot, UUID dispute) implements Signal {}

  /// That warning, or dispute, came to nothing.
  record LotCleared(LotId lot, UUID dispute) implements Signal {}

  /// A refund that came to nothing put money of a disputed lot back into the balance.
  ///
  /// @param refund which makes the id of what is frozen then
  record MoneyFreed(LotId lot, UUID refund) implements Signal {}

  /// The answer to `LotDisputed`, from a refund too.
  ///
  /// @param parts what each grant of that lot gave and what was spent of it
  record PurchaseEnded(FlowId purchase, List<Purchase.PartEnd> parts) implements Signal {}
}
