package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
import tally.network.port.Chain.ChainUnavailable;
import tally.network.port.Chain.Receipt;
import tally.treasury.GrantListener.Fact;
import tally.treasury.Outcomes;
import tally.treasury.Releases;
import tally.treasury.Vaults;
import tally.treasury.port.Grants.Power;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Signature;

class ReleasesTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final UUID ANN = new UUID(0, 1);
  private static final Holder HOLDER = new Holder("party:" + ANN);
  private static final Address HERS = new Address("0x" + "11".repeat(20));
  private static final Address THERE = new Address("0x" + "22".repeat(20));
  private static final Signature SIGNED = new Signature("0x" + "01".repeat(65));
  private static final Approval.StepUp PROOF =
      new Approval.StepUp(ANN, new UUID(0, 2), "password", NOW);

  private final StubVault vault = new StubVault();
  private final List<Transaction.Order> journal = new ArrayList<>();
  private final List<Intent.Statement> said = new ArrayList<>();
  private final List<Approval> words = new ArrayList<>();
  private final List<Fact> facts = new ArrayList<>();
  private Optional<Signing.Refused> no = Optional.empty();
  private TestDatabase database;
  private Releases releases;
  private Outcomes outcomes;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    var store = new JdbcGrants(database.jdbc(), database.transactions());
    var vaults = new Vaults(Map.of("fake", vault));
    releases = new Releases(store, vaults, _ -> HERS, this::sign, this::submit, () -> NOW);
    outcomes =
        new Outcomes(
            store,
            vaults,
            _ -> NOW,
            this::submit,
            List.of(facts::add),
            Outcomes.Settings.DEFAULT,
            () -> NOW);
    owns(100, 30);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private void owns(long available, long locked) {
    vault.power = new Power(BigInteger.valueOf(available), BigInteger.valueOf(locked));
  }

  private Transaction submit(Transaction.Order order) {
    journal.add(order);
    return new Transaction.Drafted(order);
  }

  private Signing sign(KeyRef key, Intent.Statement statement, Approval approval) {
    assertThat(key).isEqualTo(new KeyRef(Tenant.HOUSE, HOLDER, "fake"));
    if (no.isPresent()) {
      return no.get();
    }
    said.add(statement);
    words.add(approval);
    return new Signing.SignedStatement(SIGNED);
  }

  private Optional<Releases.Refused> release(long id, long amount) {
    return releases.release(
        Tenant.HOUSE,
        HOLDER,
        "fake",
        THERE,
        Amount.of(StubVault.TUSD, amount),
        PROOF,
        new TransactionId(new UUID(1, id)));
  }

  private void comesToNothing() {
    outcomes.heard(new Transaction.Dropped(journal.getLast(), "Short", ""));
    outcomes.tick();
  }

  @Test
  void the_users_key_signs_the_new_total_and_the_house_sends_it_by_the_same_word() {
    vault.released = BigInteger.valueOf(5);
    assertThat(release(1, 40)).isEmpty();
    var total = BigInteger.valueOf(45);
    var word = new Approval.PayOut(PROOF, THERE, total);
    assertThat(said).containsExactly(new Intent.SignRelease(THERE, total));
    assertThat(words).containsExactly(word);
    var order = journal.getFirst();
    assertThat(order.intent()).isEqualTo(new Intent.Release(HERS, THERE, total, SIGNED));
    assertThat(order.approval()).isEqualTo(word);
    assertThat(order.sender().holder()).isEqualTo(Holder.HOUSE);
  }

  @Test
  void the_same_release_again_signs_and_sends_nothing_more() {
    release(1, 40);
    vault.released = BigInteger.valueOf(40);
    owns(0, 0);
    assertThat(release(1, 40)).isEmpty();
    assertThat(said).hasSize(1);
    assertThat(journal).hasSize(1);
  }

  @Test
  void what_may_still_be_reclaimed_is_not_paid_out() {
    assertThat(releases.free(HERS, "fake")).isEqualTo(Amount.of(StubVault.TUSD, 70));
    assertThat(release(1, 71))
        .hasValueSatisfying(it -> assertThat(it.code()).isEqualTo("amount_above_matured"));
    owns(20, 30);
    assertThat(releases.free(HERS, "fake").isZero()).isTrue();
    assertThat(said).isEmpty();
  }

  @Test
  void without_a_signature_nothing_is_sent() {
    no = Optional.of(new Signing.Refused("approval_expired", "too old"));
    assertThat(release(1, 40)).contains(new Releases.Refused("approval_expired", "too old"));
    assertThat(journal).isEmpty();
    no = Optional.empty();
    assertThat(release(1, 40)).as("the id was not used up").isEmpty();
  }

  @Test
  void a_second_release_waits_until_the_first_is_over_and_counts_from_there() {
    release(1, 40);
    assertThatThrownBy(() -> release(2, 10)).hasMessageContaining("on its way");
    assertThat(journal).hasSize(1);
    comesToNothing();
    assertThat(release(2, 10)).isEmpty();
    assertThat(journal).hasSize(2);
    assertThat(said).last().isEqualTo(new Intent.SignRelease(THERE, BigInteger.TEN));
  }

  @Test
  void a_release_that_comes_to_nothing_is_told_and_whether_another_overtook_it() {
    release(1, 40);
    comesToNothing();
    vault.released = BigInteger.valueOf(39);
    release(2, 1);
    vault.released = BigInteger.valueOf(40);
    comesToNothing();
    assertThat(facts)
        .containsExactly(
            new Fact.ReleaseEnded(Tenant.HOUSE, "fake", HERS, new UUID(1, 1), false),
            new Fact.ReleaseEnded(Tenant.HOUSE, "fake", HERS, new UUID(1, 2), true));
  }

  @Test
  void a_release_that_acted_is_told_with_the_transaction_that_did() {
    release(1, 40);
    var hash = new Bytes32("0x" + "ab".repeat(32));
    var attempt = new Transaction.Attempt(BigInteger.ZERO, 0, new byte[0], hash, NOW);
    var receipt = new Receipt(hash, 7, Bytes32.ZERO, true, "");
    outcomes.heard(new Transaction.Final(journal.getLast(), attempt, receipt));
    outcomes.tick();
    assertThat(facts)
        .containsExactly(new Fact.ReleaseActed(Tenant.HOUSE, "fake", HERS, new UUID(1, 1), hash));
  }

  @Test
  void nothing_is_signed_while_the_chain_cannot_be_asked() {
    vault.reachable = false;
    assertThatThrownBy(() -> release(1, 40)).isInstanceOf(ChainUnavailable.class);
    assertThat(said).isEmpty();
  }
}
