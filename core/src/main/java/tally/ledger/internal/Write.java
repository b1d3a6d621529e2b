package tally.ledger.internal;

import tally.ledger.Answer;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Hold;
import tally.ledger.HoldId;
import tally.money.Amount;
import tally.money.Tenant;

/// What is asked of the book, with all that can be reckoned of it before anything is locked.
sealed interface Write {

  Tenant tenant();

  /// @param content the entry's bytes
  record Post(Entry entry, byte[] content, byte[] inputHash) implements Write {
    @Override
    public Tenant tenant() {
      return entry.tenant();
    }
  }

  record Promise(Hold hold, byte[] inputHash) implements Write {
    @Override
    public Tenant tenant() {
      return hold.tenant();
    }
  }

  record Settle(Tenant tenant, HoldId hold, EntryId entry, Amount amount) implements Write {}

  record Release(Tenant tenant, HoldId hold) implements Write {}

  /// Ends a pending hold whose time is over.
  record Lapse(Tenant tenant, HoldId hold) implements Write {}

  static Post post(Entry entry) {
    var content = Chain.content(entry);
    return new Post(entry, content, Chain.sha256(content));
  }

  static Promise promise(Hold hold) {
    if (!(hold.state() instanceof Hold.State.Pending)) {
      throw new IllegalArgumentException("a hold begins pending: " + hold.state());
    }
    return new Promise(hold, Chain.inputHash(hold));
  }

  /// What came of one write.
  sealed interface Outcome {
    record Said(Answer answer) implements Outcome {}

    /// Its caller's alone: others of the same batch were written.
    record Failed(RuntimeException why) implements Outcome {}

    default Answer orThrow() {
      return switch (this) {
        case Said(var answer) -> answer;
        case Failed(var why) -> throw why;
      };
    }
  }
}
