package tally.delivery;

import java.util.UUID;

public record DeliveryId(UUID value) {}
