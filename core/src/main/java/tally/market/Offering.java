package tally.market;

import java.net.URI;
import java.util.Map;
import java.util.UUID;
import tally.metering.Tariff;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.Address;

/// What a provider sells, where, and on which terms.
///
/// @param endpoint base address of the provider's public door
/// @param receiver whose key is paid; also the receiver's authorizer
/// @param withdrawDelay seconds that a payer waits for a one-sided return
/// @param depositMin least deposit of a channel
public record Offering(
    Id id,
    Tenant tenant,
    Holder provider,
    String title,
    String adapter,
    Map<String, String> source,
    Tariff tariff,
    String network,
    URI endpoint,
    Address receiver,
    long withdrawDelay,
    Amount depositMin,
    State state) {

  public Offering {
    source = Map.copyOf(source);
  }

  public record Id(UUID value) {}

  public enum State {
    DRAFT,
    PUBLISHED,
    REMOVED
  }
}
