package tally.treasury;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Refusal;
import tally.money.Tenant;

/// The keeper of quotes.
public final class Quotes {

  private final Store store;
  private final Pricing pricing;
  private final Duration life;
  private final InstantSource clock;

  /// @param life how long a quote stands
  public Quotes(Store store, Pricing pricing, Duration life, InstantSource clock) {
    this.store = store;
    this.pricing = pricing;
    this.life = life;
    this.clock = clock;
  }

  public sealed interface Acceptance {
    record Accepted(Quote quote) implements Acceptance {}

    /// Codes: `quote_unknown`, `quote_expired`, `quote_used`.
    record Refused(String code, String text) implements Acceptance, Refusal {}
  }

  /// The id was used for another quote.
  public static final class IdReused extends RuntimeException implements Refusal {
    private static final long serialVersionUID = 1;

    IdReused(Quote.Id id) {
      super("This id was used for another quote: " + id.value());
    }

    @Override
    public String code() {
      return "id_reused";
    }

    @Override
    public String text() {
      return String.valueOf(getMessage());
    }
  }

  /// Whether quotes are given for this asset.
  public boolean prices(Asset asset) {
    return pricing.from().equals(asset);
  }

  /// A price that stands for a while. The same question under the same id answers the first quote,
  /// expired or not.
  ///
  /// Throws `IdReused` for another question under a used id, and `IllegalArgumentException` for an
  /// asset that is not priced.
  public Quote ask(Quote.Id id, Tenant tenant, Holder holder, UUID about, Amount pays) {
    var priced = pricing.price(pays);
    var quote =
        new Quote(
            id,
            tenant,
            holder,
            about,
            pays,
            priced.gets(),
            priced.fee(),
            priced.rate(),
            clock.instant().plus(life));
    if (store.add(quote)) {
      return quote;
    }
    var first = store.find(tenant, id).orElseThrow(() -> new IdReused(id));
    boolean same =
        first.holder().equals(holder) && first.about().equals(about) && first.pays().equals(pays);
    if (!same) {
      throw new IdReused(id);
    }
    return first;
  }

  public Optional<Quote> find(Tenant tenant, Quote.Id id) {
    return store.find(tenant, id);
  }

  /// Uses it up. The same `by` again answers the same, also after it expired.
  public Acceptance accept(Tenant tenant, Holder holder, Quote.Id id, UUID by) {
    return store.together(() -> {
      var found = store.lock(tenant, id).filter(held -> held.quote().holder().equals(holder));
      if (found.isEmpty()) {
        return new Acceptance.Refused("quote_unknown", "There is no such quote.");
      }
      var held = found.get();
      if (held.usedBy().isPresent()) {
        return held.usedBy().get().equals(by)
            ? new Acceptance.Accepted(held.quote())
            : new Acceptance.Refused("quote_used", "This quote was accepted before.");
      }
      var now = clock.instant();
      if (!now.isBefore(held.quote().expires())) {
        return new Acceptance.Refused(
            "quote_expired",
            "This quote stood until " + held.quote().expires() + "; it is " + now + ".");
      }
      store.use(tenant, id, by, now);
      return new Acceptance.Accepted(held.quote());
    });
  }

  /// A quote and what used it up.
  public record Held(Quote quote, Optional<UUID> usedBy) {}

  /// Where quotes are kept.
  public interface Store {

    /// Does all of it in one database transaction, or in the one that is open.
    <T> T together(Supplier<T> work);

    /// Answers false where the tenant has used the id before.
    boolean add(Quote quote);

    Optional<Quote> find(Tenant tenant, Quote.Id id);

    Optional<Held> lock(Tenant tenant, Quote.Id id);

    void use(Tenant tenant, Quote.Id id, UUID by, Instant now);
  }
}
