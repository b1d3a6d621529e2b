package tally.server.internal;

import org.jspecify.annotations.Nullable;

/// An amount as a client writes it: a decimal string, and its asset's code. A JSON number is
/// refused, since many programs round it.
public record Money(@Nullable String amount, @Nullable String asset) {}
