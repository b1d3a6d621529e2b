package tally.ledger.internal;

import java.math.BigInteger;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tally.ledger.Account;
import tally.ledger.Entry;
import tally.ledger.Hold;
import tally.ledger.Posting;
import tally.money.Asset;

/// What one operation does to balances, summed up by account and asset: it is the sum that must
/// respect the floor, not each step on the way.
final class Shifts {

  /// One account in one asset.
  record Place(Account account, Asset asset) {}

  /// @param posted added to what was posted
  /// @param held added to what is promised away
  record Shift(Place place, BigInteger posted, BigInteger held) {

    /// How much less is free afterwards; negative where it is more.
    BigInteger taken() {
      return held.subtract(posted);
    }
  }

  private final Map<Place, Shift> byPlace = new LinkedHashMap<>();

  /// Both sides of a posting.
  static List<Place> places(Posting posting) {
    var asset = posting.amount().asset();
    return List.of(new Place(posting.from(), asset), new Place(posting.to(), asset));
  }

  static Shifts of(Entry entry) {
    var shifts = new Shifts();
    entry.postings().forEach(shifts::post);
    return shifts;
  }

  static Shifts promising(Hold hold) {
    return new Shifts().hold(hold.promised(), BigInteger.ONE);
  }

  static Shifts freeing(Hold hold) {
    return new Shifts().free(hold);
  }

  /// Takes back what a hold promised.
  Shifts free(Hold hold) {
    return hold(hold.promised(), BigInteger.ONE.negate());
  }

  Collection<Shift> all() {
    return byPlace.values();
  }

  private void post(Posting posting) {
    var asset = posting.amount().asset();
    add(new Place(posting.from(), asset), posting.amount().units().negate(), BigInteger.ZERO);
    add(new Place(posting.to(), asset), posting.amount().units(), BigInteger.ZERO);
  }

  private Shifts hold(Posting promised, BigInteger sign) {
    add(
        new Place(promised.from(), promised.amount().asset()),
        BigInteger.ZERO,
        promised.amount().units().multiply(sign));
    return this;
  }

  private void add(Place place, BigInteger posted, BigInteger held) {
    byPlace.merge(
        place,
        new Shift(place, posted, held),
        (a, b) -> new Shift(place, a.posted().add(b.posted()), a.held().add(b.held())));
  }
}
