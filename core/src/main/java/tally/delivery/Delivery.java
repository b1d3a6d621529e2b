package tally.delivery;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tally.delivery.port.Adapter.Access;
import tally.delivery.port.Adapter.Observed;
import tally.metering.Reading;
import tally.metering.Tariff;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.ChannelId;

/// One bought service, as one of its two sides keeps it: what is wanted beside what is observed.
///
/// @param reading what this side last stored of its own count
/// @param access how the buyer reaches the service; `NO_ACCESS` on the seller's side until it is
///   first active
/// @param url where the buyer's program finds the service; empty on the seller's side
public record Delivery(
    Order order,
    Wanted wanted,
    Observed observed,
    Reading reading,
    Access access,
    Optional<URI> url) {

  public static final Access NO_ACCESS = new Access(URI.create(""), "");

  public enum Side {
    SELLER,
    BUYER
  }

  public enum Wanted {
    ACTIVE,
    SUSPENDED,
    TERMINATED
  }

  /// @param adapter the word of the adapter plug-in
  /// @param source what is sold, for the adapter; empty on the buyer's side
  public record Order(
      DeliveryId id,
      Tenant tenant,
      Side side,
      Holder holder,
      String adapter,
      Map<String, String> source,
      Tariff tariff,
      ChannelId channel) {
    public Order {
      source = Map.copyOf(source);
    }
  }

  /// What is asked for now. Terminated stays terminated.
  Delivery want(Wanted now) {
    return wanted == Wanted.TERMINATED
        ? this
        : new Delivery(order, now, observed, reading, access, url);
  }

  Delivery reach(Access anew) {
    return new Delivery(order, wanted, observed, reading, anew, url);
  }

  /// What the adapter shows. A count below the stored one is passed over: it never decreases.
  Delivery shows(Half.Shown shown, Instant at) {
    var read =
        shown
            .count()
            .filter(count -> !count.isLessThan(reading.count()))
            .map(count -> new Reading(count, at));
    return new Delivery(
        order,
        wanted,
        shown.observed(),
        read.orElse(reading),
        shown.access().orElse(access),
        shown.url());
  }

  boolean isMovedFrom(Delivery before) {
    return wanted != before.wanted || observed != before.observed;
  }
}
