package tally.network;

import java.util.UUID;

public record TransactionId(UUID value) {}
