package tally.treasury;

import java.time.Instant;
import java.util.UUID;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Rate;
import tally.money.Tenant;

/// A price that stands until it expires, for one holder, to be accepted once.
///
/// @param pays what leaves the holder's balance
/// @param gets tokens for it
/// @param fee what the processor keeps: 0.00 by default
/// @param about the offering that it was asked for
public record Quote(
    Id id,
    Tenant tenant,
    Holder holder,
    UUID about,
    Amount pays,
    Amount gets,
    Amount fee,
    Rate rate,
    Instant expires) {
  public record Id(UUID value) {}
}
