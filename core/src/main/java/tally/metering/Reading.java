package tally.metering;

import java.time.Instant;
import tally.money.Quantity;

/// What one side counted in all, and when.
public record Reading(Quantity count, Instant at) {}
