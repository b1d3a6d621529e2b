package tally.treasury;

import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.treasury.port.Grants.State;
import tally.x402.Address;
import tally.x402.Bytes32;

/// Spending power that a holder was given on a chain, bound to the lot that paid for it.
public sealed interface Grant {

  Order order();

  /// Units that came back into the reserve so far.
  default BigInteger reclaimed() {
    return BigInteger.ZERO;
  }

  record Id(UUID value) {}

  /// @param lot the lot that paid, whose payment may be charged back
  /// @param payment how the vault knows it: a salted hash, used once
  record Order(
      Id id,
      Tenant tenant,
      Holder user,
      Address address,
      UUID lot,
      String network,
      Amount amount,
      Bytes32 payment,
      Instant maturesAt) {}

  record Submitted(Order order) implements Grant {
    public Granted granted() {
      return new Granted(order, BigInteger.ZERO);
    }

    public Failed failed(String why) {
      return new Failed(order, why);
    }
  }

  /// @param reclaimed units that came back into the reserve so far
  record Granted(Order order, BigInteger reclaimed) implements Grant {}

  record Frozen(Order order, BigInteger reclaimed, Instant since) implements Grant {}

  record Appealed(Order order, BigInteger reclaimed, Instant since) implements Grant {}

  record Reclaimed(Order order, BigInteger reclaimed) implements Grant {}

  record Matured(Order order, BigInteger reclaimed) implements Grant {}

  /// The chain refused it: nothing was granted.
  record Failed(Order order, String why) implements Grant {}

  /// What the chain tells of a grant.
  sealed interface Notice {
    /// The giving transaction acted.
    record Given() implements Notice {}

    /// The giving transaction can never act.
    record NotGiven(String why) implements Notice {}

    /// How the vault has it now.
    record Seen(State state, Instant since) implements Notice {}

    /// So much came back into the reserve, and how the vault has it now.
    record TakenBack(BigInteger amount, State state, Instant since) implements Notice {}
  }

  sealed interface Answer {
    Grant grant();

    record Moved(Grant grant) implements Answer {}

    record Already(Grant grant) implements Answer {}

    /// What was told cannot follow; the grant stays as it is.
    record OutOfTurn(Grant grant) implements Answer {}
  }

  /// The grant after a notice. Notices of different transactions may come in any order, since each
  /// is read for itself.
  default Answer on(Notice notice) {
    return switch (notice) {
      case Notice.Given() ->
          this instanceof Submitted submitted ? new Answer.Moved(submitted.granted()) : already();
      case Notice.NotGiven(var why) ->
          this instanceof Submitted submitted ? new Answer.Moved(submitted.failed(why)) : already();
      case Notice.Seen(var state, var since) -> seen(state, since);
      case Notice.TakenBack(var amount, var state, var since) ->
          this instanceof Failed
              ? new Answer.OutOfTurn(this)
              : moved(takenBack(amount, state, since));
    };
  }

  private Answer seen(State state, Instant since) {
    return switch (this) {
      case Submitted _, Granted _, Frozen _, Appealed _ ->
          moved(as(order(), reclaimed(), state, since));
      case Reclaimed _ -> state == State.RECLAIMED ? already() : new Answer.OutOfTurn(this);
      case Matured _ -> state == State.MATURED ? already() : new Answer.OutOfTurn(this);
      case Failed _ -> new Answer.OutOfTurn(this);
    };
  }

  private Grant takenBack(BigInteger amount, State state, Instant since) {
    var sum = reclaimed().add(amount);
    return switch (this) {
      case Reclaimed _ -> new Reclaimed(order(), sum);
      case Matured _ -> new Matured(order(), sum);
      case Submitted _, Granted _, Frozen _, Appealed _, Failed _ -> as(order(), sum, state, since);
    };
  }

  private Answer moved(Grant next) {
    return next.equals(this) ? already() : new Answer.Moved(next);
  }

  private Answer already() {
    return new Answer.Already(this);
  }

  private static Grant as(Order order, BigInteger reclaimed, State state, Instant since) {
    return switch (state) {
      case GRANTED -> new Granted(order, reclaimed);
      case FROZEN -> new Frozen(order, reclaimed, since);
      case APPEALED -> new Appealed(order, reclaimed, since);
      case MATURED -> new Matured(order, reclaimed);
      case RECLAIMED -> new Reclaimed(order, reclaimed);
    };
  }
}
