package tally.ledger;

import java.util.UUID;

public record HoldId(UUID value) {}
