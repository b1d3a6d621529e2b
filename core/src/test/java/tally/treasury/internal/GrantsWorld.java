package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tally.TestDatabase;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.Signing;
import tally.custody.port.Intent;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.network.port.Chain.Receipt;
import tally.treasury.Grant;
import tally.treasury.GrantListener;
import tally.treasury.GrantListener.Fact;
import tally.treasury.Grants;
import tally.treasury.Outcomes;
import tally.treasury.References;
import tally.treasury.Vaults;
import tally.treasury.port.Grants.Event;
import tally.treasury.port.Grants.State;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;

/// A treasury's grants over a database of their own, on a vault and a chain that say what the test
/// wants.
abstract class GrantsWorld {

  static final Holder ANN = new Holder("party:ann");
  static final Address ANNS =
      Address.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1});
  static final Signature SIGNED = Signature.of(new byte[65]);
  static final ChannelId CHANNEL = new ChannelId(Bytes32.ZERO);
  static final ChannelConfig CONFIG =
      new ChannelConfig(Address.ZERO, ANNS, ANNS, ANNS, Address.ZERO, 900, Bytes32.ZERO);
  static final Amount TEN = Amount.of(StubVault.TUSD, 10);

  Instant now = Instant.parse("2026-11-01T12:00:00Z");
  Instant head = now;
  TestDatabase database;
  final StubVault vault = new StubVault();
  final Vaults vaults = new Vaults(Map.of("fake", vault));
  final Map<TransactionId, Transaction.Order> journal = new ConcurrentHashMap<>();
  final List<Intent.Statement> said = new ArrayList<>();
  final List<Approval> approvals = Collections.synchronizedList(new ArrayList<>());
  final List<Fact> facts = Collections.synchronizedList(new ArrayList<>());
  boolean crash;
  Grants grants;
  Outcomes outcomes;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    var store = new JdbcGrants(database.jdbc(), database.transactions());
    Grants.Sender sender =
        order -> {
          journal.put(order.id(), order);
          return new Transaction.Drafted(order);
        };
    grants =
        new Grants(
            store,
            vaults,
            _ -> ANNS,
            this::sign,
            sender,
            new References(new byte[32]),
            Duration.ofDays(180),
            () -> now);
    GrantListener listener =
        fact -> {
          if (crash) {
            throw new IllegalStateException("crash");
          }
          facts.add(fact);
        };
    outcomes =
        new Outcomes(
            store,
            vaults,
            _ -> head,
            sender,
            List.of(listener),
            Outcomes.Settings.DEFAULT,
            () -> now);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private Signing sign(KeyRef key, Intent.Statement statement, Approval approval) {
    assertThat(key).isEqualTo(new KeyRef(Tenant.HOUSE, ANN, "fake"));
    assertThat(statement).isInstanceOfAny(Intent.SignSurrender.class, Intent.SignAppeal.class);
    said.add(statement);
    approvals.add(approval);
    return new Signing.SignedStatement(SIGNED);
  }

  Grant submitted() {
    return grants.give(
        new Grant.Id(UUID.randomUUID()), Tenant.HOUSE, ANN, UUID.randomUUID(), "fake", TEN);
  }

  Grant granted() {
    var grant = submitted();
    vault.shows(grant.order().payment(), State.GRANTED, now);
    land(only(grant), 1, true, "");
    assertThat(outcomes.tick()).isEqualTo(1);
    facts.clear();
    journal.clear();
    return found(grant);
  }

  Grant found(Grant grant) {
    return grants.find(Tenant.HOUSE, grant.order().id()).orElseThrow();
  }

  Transaction.Order only(Grant grant) {
    return journal.values().stream()
        .filter(order ->
            order.approval().equals(new Approval.Flow("grants", grant.order().id().value())))
        .findAny()
        .orElseThrow();
  }

  static Bytes32 hash(TransactionId id) {
    return Bytes32.of(
        tally.x402.Keccak.hash(
            id.value().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  void land(Transaction.Order order, long block, boolean success, String reason) {
    var hash = hash(order.id());
    var attempt = new Transaction.Attempt(BigInteger.ZERO, 0, new byte[0], hash, now);
    var receipt = new Receipt(hash, block, Bytes32.ZERO, success, reason);
    database
        .transactions()
        .executeWithoutResult(_ -> outcomes.heard(new Transaction.Final(order, attempt, receipt)));
  }

  TransactionId freeze(Grant grant) {
    var id = new TransactionId(UUID.randomUUID());
    grants.freeze(Tenant.HOUSE, grant.order().id(), id, "dp_1");
    return id;
  }

  Event.Reclaimed reclaimedEvent(Grant grant, TransactionId id, long block, long units) {
    return new Event.Reclaimed(
        block, hash(id), ANNS, grant.order().payment(), BigInteger.valueOf(units), BigInteger.ZERO);
  }

  TransactionId thaw(Grant grant) {
    var id = new TransactionId(UUID.randomUUID());
    grants.thaw(Tenant.HOUSE, grant.order().id(), id);
    return id;
  }
}
