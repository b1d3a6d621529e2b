package tally.delivery;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tally.delivery.port.Adapter;
import tally.money.Quantity;
import tally.money.Unit;

/// An adapter whose buyer's half fails.
record Broken(Adapter sound) implements Adapter {

  @Override
  public Facts facts() {
    return sound.facts();
  }

  @Override
  public Checked check(Map<String, String> source) {
    return sound.check(source);
  }

  @Override
  public Access activate(
      UUID delivery, Map<String, String> source, Unit unit, Quantity already, Quantity allowed) {
    return sound.activate(delivery, source, unit, already, allowed);
  }

  @Override
  public void allow(UUID delivery, Quantity ceiling) {
    sound.allow(delivery, ceiling);
  }

  @Override
  public void suspend(UUID delivery) {
    sound.suspend(delivery);
  }

  @Override
  public void resume(UUID delivery) {
    sound.resume(delivery);
  }

  @Override
  public void terminate(UUID delivery) {
    sound.terminate(delivery);
  }

  @Override
  public void forget(UUID delivery) {
    sound.forget(delivery);
  }

  @Override
  public Observed observe(UUID delivery) {
    return sound.observe(delivery);
  }

  @Override
  public Optional<Quantity> served(UUID delivery) {
    return sound.served(delivery);
  }

  @Override
  public URI connect(UUID delivery, Access access, Unit unit, Quantity already) {
    throw new IllegalStateException("out of order");
  }

  @Override
  public Optional<Quantity> received(UUID delivery) {
    return sound.received(delivery);
  }

  @Override
  public void disconnect(UUID delivery) {
    sound.disconnect(delivery);
  }

  @Override
  public List<UUID> open() {
    return sound.open();
  }

  @Override
  public void close() {
    sound.close();
  }
}
