package tally.ledger;

import java.util.UUID;

/// Made by the caller, and kept for ever: the same id and content answers the first result, the
/// same id and other content is refused.
public record EntryId(UUID value) {}
