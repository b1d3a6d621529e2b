package tally.payment;

import java.time.Instant;
import tally.money.Tenant;

/// A matter that no rule may settle and a human must look at.
///
/// @param subject what it is about, such as `payment/018f…`
/// @param code one of `integrity`, `money_after_end`, `refund_after_failure`, `dispute_reversed`,
///   `outcome_unknown`, `horizon_passed`, `stranger`, `webhook_unproven`
public record Alarm(Tenant tenant, String subject, String code, String text, Instant at) {

  /// An outcome that is not known for long; ends when it is.
  public static final String UNKNOWN = "outcome_unknown";

  /// Open for longer than the gateway takes; ends when it is no longer open.
  public static final String HORIZON = "horizon_passed";

  /// A gateway's deliveries are refused; ends with the next that is proven.
  public static final String UNPROVEN = "webhook_unproven";
}
