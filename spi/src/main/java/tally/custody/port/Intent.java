package tally.custody.port;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;
import tally.x402.Voucher;

/// What somebody means to sign, in words that a policy can judge. Custody encodes it itself, so
/// that nobody signs what he cannot read. Amounts are units of the vault's or the channel's token.
/// Semantics: the settlement contract and the spending vault.
public sealed interface Intent {

  /// A transaction: it has a sender, a nonce and a fee, and acts when a block includes it.
  sealed interface Call extends Intent {}

  /// A signature that somebody else will show to a contract; it costs nothing and has no nonce.
  sealed interface Statement extends Intent {}

  /// Lets the vault take so much of the sender's tokens, for the `Fund` that follows.
  record Allow(BigInteger amount) implements Call {}

  /// Moves the processor's own stock, as far as it is allowed, into the vault's reserve.
  record Fund(BigInteger amount) implements Call {}

  /// Turns reserve into a user's spending power. `payment` acts once, for ever.
  record Grant(Address user, Bytes32 payment, BigInteger amount, Instant maturesAt)
      implements Call {}

  /// Raises what the vault has put into a channel to `total`.
  record Draw(ChannelConfig channel, BigInteger total, Signature user) implements Call {}

  /// Credits what came back from a channel to the user's account in the vault.
  record Sync(ChannelConfig channel) implements Call {}

  /// Begins the vault's one-sided withdrawal of at most `most` from a channel.
  record Recall(ChannelConfig channel, BigInteger most) implements Call {}

  /// Ends an elapsed withdrawal and credits it.
  record Finish(ChannelConfig channel) implements Call {}

  record Freeze(Address user, Bytes32 payment, Bytes32 evidence) implements Call {}

  record Appeal(Address user, Bytes32 payment, Optional<Signature> userSignature) implements Call {}

  /// The council's answer to an appeal.
  record Decide(Address user, Bytes32 payment, boolean forUser) implements Call {}

  /// Takes a payment's amount above `rest` back into the reserve, as far as it lies unspent in the
  /// vault.
  record Reclaim(Address user, Bytes32 payment, BigInteger rest, Optional<Signature> consent)
      implements Call {}

  record Thaw(Address user, Bytes32 payment) implements Call {}

  record Mature(Address user, Bytes32 payment) implements Call {}

  record Release(Address user, Address to, BigInteger total, Signature userSignature)
      implements Call {}

  record Drain(BigInteger amount) implements Call {}

  record Appoint(Address treasury, Address operator, BigInteger dailyLimit) implements Call {}

  /// One row of a claim.
  record ClaimRow(ChannelConfig channel, Voucher voucher, BigInteger totalClaimed) {}

  /// Raises the earned totals. Sent by the receiver or his authorizer, or by anyone with the
  /// authorizer's signature.
  record Claim(List<ClaimRow> rows, Optional<Signature> authorizer) implements Call {}

  /// Pays what was claimed out to the receiver.
  record Settle(Address receiver, Address token) implements Call {}

  /// The receiver gives back what was not claimed; capped at what is there.
  record Refund(
      ChannelConfig channel, BigInteger amount, BigInteger nonce, Optional<Signature> authorizer)
      implements Call {}

  record Deposit(ChannelConfig channel, BigInteger amount, Address collector, String data)
      implements Call {}

  record InitiateWithdraw(ChannelConfig channel, BigInteger amount) implements Call {}

  record FinalizeWithdraw(ChannelConfig channel) implements Call {}

  record Transfer(Address token, Address to, BigInteger amount) implements Call {}

  record Approve(Address token, Address spender, BigInteger amount) implements Call {}

  record SignVoucher(ChannelId channel, BigInteger maxClaimable) implements Statement {}

  record SignDraw(ChannelId channel, BigInteger total) implements Statement {}

  record SignSurrender(Bytes32 payment, BigInteger rest) implements Statement {}

  record SignRelease(Address to, BigInteger total) implements Statement {}

  record SignAppeal(Bytes32 payment, Instant frozenAt) implements Statement {}

  record SignClaims(List<ClaimRow> rows) implements Statement {}

  record SignRefund(ChannelId channel, BigInteger nonce, BigInteger amount) implements Statement {}
}
