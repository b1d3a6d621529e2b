package tally.party;

/// The keeper of how parties want pages to look.
public final class Looks {

  private final Store store;

  public Looks(Store store) {
    this.store = store;
  }

  /// No wish where there is no such party.
  public Look of(Party.Id party) {
    return store.of(party);
  }

  /// What is wished is kept; what is not stays as it was.
  public void wish(Party.Id party, Look look) {
    store.wish(party, look);
  }

  /// Where looks are kept.
  public interface Store {

    Look of(Party.Id party);

    void wish(Party.Id party, Look look);
  }
}
