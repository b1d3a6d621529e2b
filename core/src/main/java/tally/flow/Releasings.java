package tally.flow;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tally.custody.Approval;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.port.Chain.ChainUnavailable;
import tally.treasury.Releases;
import tally.x402.Address;
import tally.x402.Settlement;

/// Begins releases, and says what of a person's own could be released.
public final class Releasings {

  /// How long it may stay promised to a vault that was not asked yet.
  private static final Duration HOLD = Duration.ofDays(1);

  private final Flows flows;
  private final Book book;
  private final Releases releases;
  private final Purchases.Places places;
  private final InstantSource clock;
  private final boolean on;

  /// @param on whether this processor releases at all
  public Releasings(
      Flows flows,
      Book book,
      Releases releases,
      Purchases.Places places,
      InstantSource clock,
      boolean on) {
    this.flows = flows;
    this.book = book;
    this.releases = releases;
    this.places = places;
    this.clock = clock;
    this.on = on;
  }

  /// What a person asks for.
  ///
  /// @param to an address of his, as he wrote it
  public record Wish(
      Tenant tenant, Holder owner, FlowId id, String network, String to, Amount amount) {}

  /// What is a person's own on one network.
  ///
  /// @param matured all of it that lies in the vault and is taken by no purchase
  /// @param free what of it is promised to nothing
  /// @param releasable what of that the vault would pay out now; empty while the chain cannot be
  ///   asked
  public record Own(String network, Amount matured, Amount free, Optional<Amount> releasable) {}

  public boolean on() {
    return on;
  }

  /// Idempotent by id, which answers also while releases are off. Refuses with `release_off`,
  /// `network_unknown`, `asset_unknown`, `address_refused`, `release_under_way`,
  /// `amount_above_matured`, `id_reused`.
  ///
  /// @param proof asked for where nothing else stands against it; may refuse by throwing
  public Begin begin(Wish wish, Supplier<Approval.StepUp> proof) {
    return before(wish)
        .orElseGet(() -> {
          var answer = fresh(wish, proof);
          // The same request at the same time may have begun it first.
          return answer instanceof Begin.Refused ? before(wish).orElse(answer) : answer;
        });
  }

  private Optional<Begin> before(Wish wish) {
    return flows
        .find(wish.tenant(), wish.id())
        .map(kept ->
            kept.owner().equals(wish.owner())
                    && kept.flow() instanceof Releasing releasing
                    && same(releasing.data(), wish)
                ? new Begin.Already(releasing)
                : new Begin.Refused("id_reused", "This id was used before, with other content."));
  }

  private static boolean same(Releasing.Data data, Wish wish) {
    return data.network().equals(wish.network())
        && data.to().hex().equalsIgnoreCase(wish.to())
        && data.amount().equals(wish.amount());
  }

  private Begin fresh(Wish wish, Supplier<Approval.StepUp> proof) {
    if (!on) {
      return new Begin.Refused("release_off", "This processor releases nothing to own addresses.");
    }
    var network = wish.network();
    if (!releases.networks().contains(network)) {
      return new Begin.Refused(
          "network_unknown", "This node has no network named " + network + ".");
    }
    if (!wish.amount().asset().equals(releases.vault(network).asset())) {
      return new Begin.Refused(
          "asset_unknown", "What is released there is " + releases.vault(network).asset() + ".");
    }
    var to = address(wish);
    if (to.isEmpty()) {
      return new Begin.Refused("address_refused", "Nothing is paid out to " + wish.to() + ".");
    }
    var from = releases.address(wish.tenant(), wish.owner(), network);
    var most = releases.free(from, network).min(free(wish.tenant(), wish.owner(), network));
    if (most.isLessThan(wish.amount())) {
      return new Begin.Refused(
          "amount_above_matured", most + " can be released now, not " + wish.amount() + ".");
    }
    var data =
        new Releasing.Data(
            wish.id(),
            wish.tenant(),
            wish.owner(),
            network,
            from,
            to.get(),
            wish.amount(),
            proof.get(),
            clock.instant().plus(HOLD));
    return places.together(() -> begin(data));
  }

  /// One at a time, since each total counts from the last.
  private Begin begin(Releasing.Data data) {
    var answer = flows.begin(new Releasing.Requested(data), data.owner());
    return answer instanceof Begin.Refused(var code, _) && code.equals(Flows.OUT_OF_TURN)
        ? new Begin.Refused("release_under_way", "Another release is on its way; wait for its end.")
        : answer;
  }

  /// Empty where it is no address, or one from which nobody gets anything back.
  private Optional<Address> address(Wish wish) {
    Address to;
    try {
      to = new Address(wish.to());
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
    var vault = releases.vault(wish.network());
    Settlement settlement = places.settlement(wish.network());
    var refused = List.of(Address.ZERO, vault.vault(), vault.token(), settlement.contract());
    return refused.contains(to) ? Optional.empty() : Optional.of(to);
  }

  /// What is his own, network by network.
  public List<Own> own(Tenant tenant, Holder owner) {
    return releases.networks().stream()
        .sorted()
        .map(network -> own(tenant, owner, network))
        .toList();
  }

  private Own own(Tenant tenant, Holder owner, String network) {
    var asset = releases.vault(network).asset();
    var free = free(tenant, owner, network);
    var posted = book.balance(tenant, new Account.Matured(owner, network), asset).posted();
    return new Own(
        network, new Amount(asset, posted), free, releasable(tenant, owner, network, free));
  }

  private Optional<Amount> releasable(Tenant tenant, Holder owner, String network, Amount free) {
    if (free.isZero()) {
      return Optional.of(free);
    }
    try {
      var from = releases.address(tenant, owner, network);
      return Optional.of(releases.free(from, network).min(free));
    } catch (ChainUnavailable _) {
      return Optional.empty();
    }
  }

  private Amount free(Tenant tenant, Holder owner, String network) {
    var asset = releases.vault(network).asset();
    var free = book.balance(tenant, new Account.Matured(owner, network), asset).free();
    return new Amount(asset, free.max(BigInteger.ZERO));
  }
}
