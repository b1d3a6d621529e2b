package tally.escrow;

/// What a receiver's side needs so that claims of many channels go together.
public record Claiming(Wishes wishes, Claims claims, Payouts payouts) {}
