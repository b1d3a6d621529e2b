package tally.payment;

import java.util.UUID;

public record PaymentId(UUID value) {}
