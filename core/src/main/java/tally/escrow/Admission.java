package tally.escrow;

import java.math.BigInteger;
import java.util.Optional;
import tally.escrow.port.Channels.Deposit;
import tally.x402.Address;
import tally.x402.ChannelConfig;
import tally.x402.Codes;

/// Whether a receiver takes a channel on: its terms, then what the chain has of it. Pure.
final class Admission {

  private Admission() {}

  /// A refusal of the terms, or empty. `own` is the address of the receiver's key.
  static Optional<Channels.Acceptance.Refused> ofTerms(
      Channel.Terms terms, Settlements.Place place, Address own) {
    var config = terms.config();
    if (!place.typed().channelId(config).equals(terms.id())) {
      return refused(
          Codes.CHANNEL_ID_MISMATCH, "The id " + terms.id() + " is not that of its configuration.");
    }
    if (!config.receiver().equals(own)) {
      return refused(
          Codes.RECEIVER_MISMATCH, "The receiver is " + config.receiver() + ", not " + own + ".");
    }
    if (!config.receiverAuthorizer().equals(own)) {
      return refused(
          Codes.RECEIVER_AUTHORIZER_MISMATCH,
          "The receiver's authorizer is " + config.receiverAuthorizer() + ", not " + own + ".");
    }
    if (!place.tokens().contains(config.token())) {
      return refused(Codes.TOKEN_MISMATCH, "No payment is taken in " + config.token() + ".");
    }
    if (config.withdrawDelay() < ChannelConfig.WITHDRAW_DELAY_MIN
        || config.withdrawDelay() > ChannelConfig.WITHDRAW_DELAY_MAX) {
      return refused(
          Codes.WITHDRAW_DELAY_OUT_OF_RANGE,
          "A withdrawal takes 900 to 2592000 seconds, not " + config.withdrawDelay() + ".");
    }
    return Optional.empty();
  }

  /// A refusal of the deposit, or empty. A channel that flows already was admitted before, and may
  /// have been spent below the minimum since.
  static Optional<Channels.Acceptance.Refused> ofDeposit(
      Optional<Channel> known, Deposit now, BigInteger depositMin) {
    if (known.orElse(null) instanceof Channel.Closing) {
      return refused(Codes.CHANNEL_BUSY, "This channel is being closed.");
    }
    if (now.balance().signum() == 0) {
      return refused(Codes.CHANNEL_NOT_FOUND, "The chain has no such channel, or it is empty.");
    }
    if (known.filter(Admission::flows).isPresent()) {
      return Optional.empty();
    }
    var available = Channel.Standing.NONE.at(now).available();
    return available.signum() == 0 || available.compareTo(depositMin) < 0
        ? refused(
            Codes.DEPOSIT_BELOW_MIN_DEPOSIT,
            available + " of its deposit can still be spent; at least " + depositMin + " must be.")
        : Optional.empty();
  }

  private static boolean flows(Channel channel) {
    return channel instanceof Channel.Open || channel instanceof Channel.Withdrawing;
  }

  private static Optional<Channels.Acceptance.Refused> refused(String code, String text) {
    return Optional.of(new Channels.Acceptance.Refused(code, text));
  }
}
