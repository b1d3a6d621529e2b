package tally.payment;

import java.time.Instant;
import tally.money.Tenant;

/// A matter that no rule may settle and a human must look at.
///
/// @param subject what it is about, such as `payment/018f…`
/// @param code one of `integrity`, `money_after_end`, `refund_after_failure`, `dispute_reversed`,
///   `horizon_passed`, `stranger`
public record Alarm(Tenant tenant, String subject, String code, String text, Instant at) {}
