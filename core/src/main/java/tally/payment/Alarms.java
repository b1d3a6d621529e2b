package tally.payment;

import java.util.List;
import tally.money.Tenant;

/// The human queue of this room. One matter is one alarm, however often it is met.
public final class Alarms {

  private final Store store;

  public Alarms(Store store) {
    this.store = store;
  }

  /// What keeps alarms.
  public interface Store {
    void raise(Alarm alarm);

    List<Alarm> open(Tenant tenant, int most);
  }

  void raise(Alarm alarm) {
    store.raise(alarm);
  }

  /// Alarms that nobody has closed, newest first; at most 1000.
  public List<Alarm> open(Tenant tenant, int most) {
    return store.open(tenant, Math.min(most, 1000));
  }
}
