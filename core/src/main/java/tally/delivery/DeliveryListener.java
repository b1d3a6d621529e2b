package tally.delivery;

/// Hears, in the same database transaction, that what is wanted or observed of a delivery changed.
public interface DeliveryListener {
  void on(Delivery delivery);
}
