package tally.ledger;

import java.time.Instant;
import java.util.UUID;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;

/// A sum of spending power and where it came from. Every account of a person's money is an account
/// of one lot, so that a refund finds its card.
///
/// @param amount what was paid in, or lent
public record Lot(
    LotId id, Tenant tenant, Holder owner, Amount amount, Source source, Instant opened) {

  public sealed interface Source {
    /// Captured money.
    ///
    /// @param reversible whether it may still be charged back
    record OfPayment(
        UUID payment, String gateway, String method, boolean threeDSecure, boolean reversible)
        implements Source {}

    /// Credit that a named party bears.
    record OfLine(UUID line, Holder bearer) implements Source {}
  }
}
