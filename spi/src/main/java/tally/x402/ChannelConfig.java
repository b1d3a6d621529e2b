package tally.x402;

/// What makes a channel: changing any part makes another channel. Source: `x402BatchSettlement`,
/// struct `ChannelConfig`.
///
/// @param payer who deposits and gets the rest back (a vault, for granted power)
/// @param payerAuthorizer whose key signs vouchers; zero means the payer itself
/// @param withdrawDelay seconds, 900 to 2 592 000
public record ChannelConfig(
    Address payer,
    Address payerAuthorizer,
    Address receiver,
    Address receiverAuthorizer,
    Address token,
    long withdrawDelay,
    Bytes32 salt) {

  public static final long WITHDRAW_DELAY_MIN = 900;
  public static final long WITHDRAW_DELAY_MAX = 2_592_000;

  public ChannelConfig {
    if (withdrawDelay < 0 || withdrawDelay >= 1L << 40) {
      throw new IllegalArgumentException("withdrawDelay is a uint40: " + withdrawDelay);
    }
  }

  /// The key that must have signed a voucher of this channel.
  public Address voucherSigner() {
    return payerAuthorizer.isZero() ? payer : payerAuthorizer;
  }
}
