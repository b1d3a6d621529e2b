package tally.treasury;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.Signing;
import tally.custody.port.Intent;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.treasury.Act.Deed;
import tally.treasury.Act.Stage;
import tally.treasury.port.Grants.State;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;
import tally.x402.Voucher;

/// The keeper of granted power. Each act is a transaction whose id the caller derives; idempotent
/// by it.
///
/// An id that was used for another act throws. What an act did is read from the chain by `Outcomes`
/// once its transaction is final.
public final class Grants {

  private final Store store;
  private final Vaults vaults;
  private final Addresses addresses;
  private final Signer signer;
  private final Acts acts;
  private final References references;
  private final Duration maturity;
  private final InstantSource clock;

  /// @param maturity how long given power may be reclaimed; the vault's own bound is 180 days of
  ///   the chain's time
  public Grants(
      Store store,
      Vaults vaults,
      Addresses addresses,
      Signer signer,
      Sender sender,
      References references,
      Duration maturity,
      InstantSource clock) {
    this.store = store;
    this.vaults = vaults;
    this.addresses = addresses;
    this.signer = signer;
    this.acts = new Acts(store, sender, clock);
    this.references = references;
    this.maturity = maturity;
    this.clock = clock;
  }

  /// Who keeps keys.
  public interface Addresses {
    Address of(KeyRef key);
  }

  /// Who signs statements.
  public interface Signer {
    Signing sign(KeyRef key, Intent.Statement statement, Approval approval);
  }

  /// Who writes transactions into the journal, joining the open database transaction.
  public interface Sender {
    Transaction submit(Transaction.Order order);
  }

  /// Gives `amount` to the user's key, bought by `lot`. Fact: `GrantMoved(Granted | Failed)`.
  public Grant give(
      Grant.Id id, Tenant tenant, Holder user, UUID lot, String network, Amount amount) {
    var known = store.find(tenant, id);
    if (known.isPresent()) {
      return same(known.get(), user, lot, network, amount);
    }
    if (!amount.asset().equals(asset(network))) {
      throw new IllegalArgumentException(
          network + " grants " + asset(network) + ", not " + amount.asset());
    }
    var order =
        new Grant.Order(
            id,
            tenant,
            user,
            addresses.of(new KeyRef(tenant, user, network)),
            lot,
            network,
            amount,
            references.payment(id),
            clock.instant().plus(maturity).truncatedTo(ChronoUnit.SECONDS));
    return store.together(() -> {
      var grant = new Grant.Submitted(order);
      if (!store.add(grant)) {
        return same(store.find(tenant, id).orElseThrow(), user, lot, network, amount);
      }
      acts.begin(
          tenant,
          new TransactionId(Derived.id(id.value(), "grant")),
          network,
          new Deed.Give(id),
          new Intent.Grant(order.address(), order.payment(), amount.units(), order.maturesAt()));
      return grant;
    });
  }

  private static Grant same(Grant known, Holder user, UUID lot, String network, Amount amount) {
    var order = known.order();
    boolean same =
        order.user().equals(user)
            && order.lot().equals(lot)
            && order.network().equals(network)
            && order.amount().equals(amount);
    if (!same) {
      throw new IllegalStateException("id_reused: grant " + order.id().value());
    }
    return known;
  }

  /// Stops it from maturing. Fact: `GrantMoved(Frozen)`, or `FreezeFailed` where it did nothing. A
  /// grant that is matured or reclaimed stays as it is, and says so by `GrantMoved`. One freeze at
  /// a time: while another is on its way this sends nothing, since it could act only after a thaw,
  /// and would undo that.
  public void freeze(Tenant tenant, Grant.Id id, TransactionId transaction, String evidence) {
    var order = need(tenant, id);
    if (store.freezing(order)) {
      return;
    }
    acts.begin(
        tenant,
        transaction,
        order.network(),
        new Deed.Freeze(id, evidence),
        new Intent.Freeze(order.address(), order.payment(), references.evidence(evidence)));
  }

  /// Whether it is frozen or appealed, or a freeze of it is on its way.
  public boolean held(Tenant tenant, Grant.Id id) {
    // In this order: a freeze that is not on its way any more has told how the grant is since.
    return store.freezing(need(tenant, id))
        || store
            .find(tenant, id)
            .filter(grant -> grant instanceof Grant.Frozen || grant instanceof Grant.Appealed)
            .isPresent();
  }

  /// Gives a frozen or appealed grant back to its user; a reclaim that still waits is called off.
  /// Where a freeze is on its way it waits for the end of that, since before it there is nothing to
  /// give back, and the chain need not take the two in our order. Fact: `GrantMoved`, how the vault
  /// has it then.
  public void thaw(Tenant tenant, Grant.Id id, TransactionId transaction) {
    var order = need(tenant, id);
    var deed = new Deed.Thaw(id);
    store.together(() -> {
      if (store.freezing(order)) {
        acts.await(tenant, transaction, order.network(), deed);
      } else {
        acts.begin(
            tenant,
            transaction,
            order.network(),
            deed,
            new Intent.Thaw(order.address(), order.payment()));
      }
      return store.callOff(tenant, id, clock.instant());
    });
  }

  /// The user's own no to a freeze: his key signs, the house sends. False where the grant is not
  /// frozen, so that there is nothing to appeal against. Fact: `GrantMoved(Appealed)`, or how the
  /// vault has it where the window was over.
  public boolean appeal(Tenant tenant, Grant.Id id, TransactionId transaction) {
    var order = need(tenant, id);
    var deed = new Deed.Appeal(id);
    if (acts.known(tenant, transaction, deed)) {
      return true;
    }
    var frozen =
        vaults
            .of(order.network())
            .grant(order.address(), order.payment())
            .filter(is -> is.state() == State.FROZEN);
    if (frozen.isEmpty()) {
      return false;
    }
    var signature =
        signature(
            order,
            new Intent.SignAppeal(order.payment(), frozen.get().since()),
            new Approval.Standing(id.value(), BigInteger.ZERO));
    acts.begin(
        tenant,
        transaction,
        order.network(),
        deed,
        new Intent.Appeal(order.address(), order.payment(), Optional.of(signature)));
    return true;
  }

  /// Thaws an appealed grant once the council's time is over by the chain's time, since its silence
  /// is for the user. Fact: `GrantMoved`, how the vault has it when that is clear.
  public void endAppeal(Tenant tenant, Grant.Id id, TransactionId transaction) {
    acts.await(tenant, transaction, need(tenant, id).network(), new Deed.EndAppeal(id));
  }

  /// Takes back all but `rest` of it, as far as it is unspent. With consent the user's key signs a
  /// surrender; without, it must be frozen and the appeal window over (this waits for that by the
  /// chain's time). Fact: `PowerReclaimed`.
  public void reclaim(
      Tenant tenant, Grant.Id id, BigInteger rest, boolean consent, TransactionId transaction) {
    var order = need(tenant, id);
    if (rest.signum() < 0) {
      throw new IllegalArgumentException("a rest is not below zero: " + rest);
    }
    var deed = new Deed.Reclaim(id, rest, consent);
    if (!consent) {
      acts.await(tenant, transaction, order.network(), deed);
      return;
    }
    if (acts.known(tenant, transaction, deed)) {
      return;
    }
    var surrender = surrender(order, rest);
    acts.begin(
        tenant,
        transaction,
        order.network(),
        deed,
        new Intent.Reclaim(order.address(), order.payment(), rest, Optional.of(surrender)));
  }

  private Signature surrender(Grant.Order order, BigInteger rest) {
    return signature(
        order,
        new Intent.SignSurrender(order.payment(), rest),
        new Approval.Standing(order.id().value(), order.amount().units()));
  }

  private Signature signature(
      Grant.Order order, Intent.Statement statement, Approval.Standing approval) {
    var key = new KeyRef(order.tenant(), order.user(), order.network());
    return switch (signer.sign(key, statement, approval)) {
      case Signing.SignedStatement(var signature) -> signature;
      case Signing.Refused(var code, var text) ->
          throw new IllegalStateException("not signed: " + code + ": " + text);
      case Signing.SignedCall _ -> throw new IllegalStateException("a statement was asked for");
    };
  }

  /// Has credited what came back from a channel. Fact: `Returned`, where something did.
  public void sync(
      Tenant tenant,
      String network,
      ChannelId channel,
      ChannelConfig config,
      TransactionId transaction) {
    acts.begin(
        tenant, transaction, network, new Deed.Sync(channel, config), new Intent.Sync(config));
  }

  /// Begins to take back one-sidedly what a channel's receiver has not claimed. He may still claim
  /// while the channel's delay runs. Fact: `Recalled`, with the end of that delay.
  public void recall(
      Tenant tenant,
      String network,
      ChannelId channel,
      ChannelConfig config,
      TransactionId transaction) {
    acts.begin(
        tenant,
        transaction,
        network,
        new Deed.Recall(channel, config),
        new Intent.Recall(config, Voucher.LIMIT.subtract(BigInteger.ONE)));
  }

  /// Ends a recall, which credits what was left; waits for `ripe` by the chain's time. Facts:
  /// `RecallFinished`, and `Returned`, where something came back.
  public void finish(
      Tenant tenant,
      String network,
      ChannelId channel,
      ChannelConfig config,
      Instant ripe,
      TransactionId transaction) {
    acts.await(tenant, transaction, network, new Deed.Finish(channel, config, ripe));
  }

  /// Moves the house's own tokens into the vault's reserve, by two transactions: the first lets the
  /// vault take them. The journal's `TransactionMoved` of the second tells the end.
  public void fund(Tenant tenant, String network, Amount amount, TransactionId transaction) {
    if (!amount.asset().equals(asset(network))) {
      throw new IllegalArgumentException(
          network + " grants " + asset(network) + ", not " + amount.asset());
    }
    var deed = new Deed.Fund(amount);
    var act = new Act(tenant, transaction, network, deed, new Stage.Sent());
    store.together(() -> {
      var allow = new TransactionId(Derived.id(transaction.value(), "allow"));
      acts.submit(act, allow, new Intent.Allow(amount.units()), "allow");
      acts.begin(tenant, transaction, network, deed, new Intent.Fund(amount.units()));
      return act;
    });
  }

  public Optional<Grant> find(Tenant tenant, Grant.Id id) {
    return store.find(tenant, id);
  }

  /// Grants that a lot paid for, oldest first.
  public List<Grant> ofLot(Tenant tenant, UUID lot) {
    return store.ofLot(tenant, lot);
  }

  /// The token in which power on this network is granted.
  public Asset asset(String network) {
    return vaults.of(network).facts().asset();
  }

  private Grant.Order need(Tenant tenant, Grant.Id id) {
    return store
        .find(tenant, id)
        .orElseThrow(() -> new IllegalArgumentException("no such grant: " + id.value()))
        .order();
  }

  /// Matures grants of a network whose time has come, oldest first, at most so many. Answers how
  /// many. Fact of each: `GrantMoved(Matured)`, or how the vault has it.
  ///
  /// @param time the chain's own
  public int mature(String network, Instant time, int most) {
    var ripe = store.ripe(network, time, most);
    for (var order : ripe) {
      acts.begin(
          order.tenant(),
          new TransactionId(Derived.id(order.id().value(), "mature/" + store.matured(order))),
          network,
          new Deed.Mature(order.id()),
          new Intent.Mature(order.address(), order.payment()));
    }
    return ripe.size();
  }

  /// Where grants and acts are kept.
  public interface Store {

    /// Does all of it in one database transaction, or in the one that is open.
    <T> T together(Supplier<T> work);

    /// Whether this return of a transaction is taken for the first time; from now on it was.
    boolean first(String network, Bytes32 transaction, int ordinal);

    /// Answers false where the tenant has used the id before.
    boolean add(Grant grant);

    Optional<Grant> find(Tenant tenant, Grant.Id id);

    /// Like `find`, and nobody else changes it until the database transaction ends.
    Optional<Grant> lock(Tenant tenant, Grant.Id id);

    void save(Grant grant);

    Optional<Grant> ofPayment(String network, Bytes32 payment);

    /// Oldest first; at most 1000.
    List<Grant> ofLot(Tenant tenant, UUID lot);

    /// Answers false where the tenant has used the id before.
    boolean add(Act act, Instant due);

    Optional<Act> act(Tenant tenant, TransactionId id);

    Optional<Act> lock(Tenant tenant, TransactionId id);

    void save(Act act, Instant due);

    /// Granted, due by then, and not being matured just now.
    List<Grant.Order> ripe(String network, Instant time, int most);

    /// How often the chain was asked to mature it: once, unless that came to nothing.
    int matured(Grant.Order order);

    /// Whether a freeze of it is on its way, or is told soon.
    boolean freezing(Grant.Order order);

    /// Ends reclaims of a grant that still wait, so that they are told with nothing reclaimed.
    /// Answers how many.
    int callOff(Tenant tenant, Grant.Id id, Instant due);

    /// Acts to be worked on now, which nobody else gets before `until`.
    List<Act> claim(Instant now, Instant until, int most);
  }
}
