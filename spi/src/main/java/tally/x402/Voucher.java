package tally.x402;

import java.math.BigInteger;

/// The payer's signed ceiling: the receiver may claim up to this in total. Cumulative, so a later
/// one replaces an earlier; no expiry, no nonce.
///
/// @param maxClaimable units of the channel's token, 0 to 2^128 − 1
public record Voucher(ChannelId channel, BigInteger maxClaimable, Signature signature) {

  public static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(128);

  public Voucher {
    if (maxClaimable.signum() < 0 || maxClaimable.compareTo(LIMIT) >= 0) {
      throw new IllegalArgumentException("maxClaimable is a uint128: " + maxClaimable);
    }
  }
}
