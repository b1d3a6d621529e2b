package tally.payment.internal;

import java.time.Duration;
import tally.Worker;
import tally.payment.Inbox;
import tally.payment.PaymentSettings;

/// Follows what the inbox holds.
public final class InboxWorker implements Worker {

  private final Inbox inbox;
  private final PaymentSettings settings;

  public InboxWorker(Inbox inbox, PaymentSettings settings) {
    this.inbox = inbox;
    this.settings = settings;
  }

  @Override
  public String name() {
    return "payment-inbox";
  }

  @Override
  public Duration pause() {
    return settings.pause();
  }

  @Override
  public int tick() {
    return inbox.tick();
  }
}
