package tally.escrow;

import java.time.Instant;
import tally.money.Tenant;
import tally.x402.ChannelId;

/// A matter that a human must look at. One matter is one alarm, however often it is met, until it
/// is closed.
///
/// @param subject what it is about, such as `channel/0x12…`
/// @param code one of `claim_poisoned`, `withdrawal_close`, `claim_too_late`
public record Alarm(Tenant tenant, String subject, String code, String text, Instant at) {

  public static String subject(ChannelId channel) {
    return "channel/" + channel;
  }

  /// The chain would refuse this channel's row. The others of its batch go without it. Ends when a
  /// claim of the channel acts.
  public static final String CLAIM_POISONED = "claim_poisoned";

  /// The payer can soon finish a withdrawal, and what he promised is not claimed yet. Ends with
  /// that claim, or with the withdrawal.
  public static final String WITHDRAWAL_CLOSE = "withdrawal_close";

  /// The payer took back what he had promised. The provider has lost it. Ends where a later deposit
  /// makes all of it good; else an operator closes it.
  public static final String CLAIM_TOO_LATE = "claim_too_late";
}
