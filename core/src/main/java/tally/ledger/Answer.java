package tally.ledger;

import java.math.BigInteger;
import java.time.Instant;
import tally.money.Asset;
import tally.money.Refusal;

/// What the book says to a write: done, done before, or no; after a no nothing has changed.
public sealed interface Answer {

  record Done() implements Answer {}

  /// The same id with the same content was written before.
  record Already() implements Answer {}

  sealed interface Refused extends Answer, Refusal {}

  record Short(Account account, Asset asset, BigInteger has, BigInteger wanted) implements Refused {
    @Override
    public String code() {
      return "insufficient_funds";
    }

    @Override
    public String text() {
      return account.path()
          + " has "
          + has
          + " units of "
          + asset
          + " free; "
          + wanted
          + " are wanted.";
    }
  }

  record Conflict(String id) implements Refused {
    @Override
    public String code() {
      return "id_reused";
    }

    @Override
    public String text() {
      return "The id " + id + " was used before, with other content.";
    }
  }

  record HoldEnded(HoldId hold, Hold.State state) implements Refused {
    @Override
    public String code() {
      return "hold_ended";
    }

    @Override
    public String text() {
      return "The hold " + hold.value() + " is no longer pending: " + state;
    }
  }

  record NoSuchHold(HoldId hold) implements Refused {
    @Override
    public String code() {
      return "hold_unknown";
    }

    @Override
    public String text() {
      return "There is no hold " + hold.value() + ".";
    }
  }

  record AboveHold(HoldId hold, BigInteger held, BigInteger wanted) implements Refused {
    @Override
    public String code() {
      return "above_hold";
    }

    @Override
    public String text() {
      return "The hold "
          + hold.value()
          + " promises "
          + held
          + " units; "
          + wanted
          + " are wanted.";
    }
  }

  record ExpiryPassed(HoldId hold, Instant expires) implements Refused {
    @Override
    public String code() {
      return "hold_expired";
    }

    @Override
    public String text() {
      return "The hold " + hold.value() + " would have expired at " + expires + ".";
    }
  }

  record LotMismatch(LotId lot, String why) implements Refused {
    @Override
    public String code() {
      return "lot_mismatch";
    }

    @Override
    public String text() {
      return "The lot " + lot + ": " + why;
    }
  }
}
