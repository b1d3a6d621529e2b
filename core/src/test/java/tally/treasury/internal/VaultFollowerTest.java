package tally.treasury.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Ranges.Range;
import tally.network.TransactionId;
import tally.network.internal.JdbcRanges;
import tally.treasury.Act;
import tally.treasury.Grant;
import tally.treasury.GrantListener.Fact;
import tally.treasury.Vaults;
import tally.treasury.port.Grants.Event;
import tally.treasury.port.Grants.State;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;
import tally.x402.Keccak;

class VaultFollowerTest {

  private static final Instant SINCE = Instant.parse("2026-11-01T12:00:00Z");
  private static final Bytes32 SENT = hash("a transaction of somebody");
  private static final ChannelId CHANNEL = new ChannelId(hash("channel"));

  private TestDatabase database;
  private JdbcGrants store;
  private JdbcRanges ranges;
  private final StubVault vault = new StubVault();
  private final List<Fact> facts = new ArrayList<>();
  private boolean crash;
  private VaultFollower follower;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    store = new JdbcGrants(database.jdbc(), database.transactions());
    ranges = new JdbcRanges(database.jdbc());
    follower =
        new VaultFollower(
            store,
            ranges,
            new Vaults(Map.of("fake", vault)),
            List.of(fact -> {
              if (crash) {
                throw new IllegalStateException("crash");
              }
              facts.add(fact);
            }),
            () -> SINCE);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private static Bytes32 hash(String text) {
    return Bytes32.of(Keccak.hash(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  private Grant granted(String name) {
    var order =
        new Grant.Order(
            new Grant.Id(UUID.randomUUID()),
            Tenant.HOUSE,
            new Holder("party:ann"),
            Address.ZERO,
            UUID.randomUUID(),
            "fake",
            Amount.of(StubVault.TUSD, 10),
            hash(name),
            SINCE);
    var grant = new Grant.Granted(order, BigInteger.ZERO);
    assertThat(store.add(grant)).isTrue();
    return grant;
  }

  private void confirmed(long from, long to) {
    ranges.add(new Range(VaultFollower.READER, "fake", from, to));
  }

  @Test
  void what_others_do_to_a_grant_is_told_once() {
    var grant = granted("one");
    var payment = grant.order().payment();
    vault.events.add(new Event.Appealed(7, SENT, Address.ZERO, payment));
    vault.shows(payment, State.APPEALED, SINCE);
    confirmed(5, 9);
    assertThat(follower.tick()).isEqualTo(1);
    var appealed = new Grant.Appealed(grant.order(), BigInteger.ZERO, SINCE);
    assertThat(facts).containsExactly(new Fact.GrantMoved(appealed));
    assertThat(store.find(Tenant.HOUSE, grant.order().id())).contains(appealed);

    vault.events.add(new Event.Decided(11, SENT, Address.ZERO, payment, true));
    vault.shows(payment, State.MATURED, SINCE);
    confirmed(10, 12);
    follower.tick();
    assertThat(follower.tick()).as("nothing is left to read").isZero();
    assertThat(facts)
        .hasSize(2)
        .last()
        .isEqualTo(new Fact.GrantMoved(new Grant.Matured(grant.order(), BigInteger.ZERO)));
  }

  @Test
  void what_the_vault_paid_out_is_told_once_whoever_sent_it() {
    var to = new Address("0x" + "22".repeat(20));
    vault.events.add(new Event.Released(7, SENT, Address.ZERO, to, BigInteger.TEN));
    vault.events.add(new Event.Released(7, SENT, Address.ZERO, to, BigInteger.ONE));
    confirmed(5, 9);
    follower.tick();
    confirmed(5, 9);
    follower.tick();
    assertThat(facts)
        .containsExactly(
            new Fact.Released("fake", Address.ZERO, to, BigInteger.TEN, SENT, 1),
            new Fact.Released("fake", Address.ZERO, to, BigInteger.ONE, SENT, 2));
  }

  @Test
  void what_an_own_act_has_told_and_what_is_not_ours_is_no_news() {
    var grant = granted("one");
    vault.shows(grant.order().payment(), State.GRANTED, SINCE);
    vault.shows(hash("of another processor"), State.FROZEN, SINCE);
    vault.events.add(new Event.Thawed(3, SENT, Address.ZERO, grant.order().payment()));
    vault.events.add(new Event.Frozen(3, SENT, Address.ZERO, hash("of another processor")));
    confirmed(1, 9);
    assertThat(follower.tick()).isEqualTo(1);
    assertThat(facts).isEmpty();
  }

  @Test
  void a_thaw_by_anyone_calls_off_the_reclaim_that_waits() {
    var grant = granted("one");
    var reclaim =
        new Act(
            Tenant.HOUSE,
            new TransactionId(UUID.randomUUID()),
            "fake",
            new Act.Deed.Reclaim(grant.order().id(), BigInteger.ZERO, false),
            new Act.Stage.Waiting());
    store.add(reclaim, SINCE);
    var payment = grant.order().payment();
    vault.events.add(new Event.Thawed(3, SENT, Address.ZERO, payment));
    vault.shows(payment, State.FROZEN, SINCE);
    confirmed(1, 9);
    follower.tick();
    assertThat(store.act(Tenant.HOUSE, reclaim.id()).orElseThrow())
        .as("it was frozen once more since")
        .isEqualTo(reclaim);
    vault.events.add(new Event.Thawed(12, SENT, Address.ZERO, payment));
    vault.shows(payment, State.GRANTED, SINCE);
    confirmed(10, 19);
    follower.tick();
    assertThat(store.act(Tenant.HOUSE, reclaim.id()).orElseThrow().stage())
        .isEqualTo(new Act.Stage.Gone("called_off"));
  }

  @Test
  void a_return_is_told_whoever_had_it_credited() {
    vault.events.add(new Event.Returned(3, SENT, CHANNEL, Address.ZERO, BigInteger.valueOf(6)));
    confirmed(1, 9);
    follower.tick();
    assertThat(facts)
        .containsExactly(new Fact.Returned("fake", CHANNEL, BigInteger.valueOf(6), SENT));
  }

  @Test
  void blocks_that_are_read_again_tell_no_return_twice_and_each_of_one_transaction_once() {
    vault.events.add(new Event.Returned(3, SENT, CHANNEL, Address.ZERO, BigInteger.valueOf(6)));
    vault.events.add(new Event.Returned(3, SENT, CHANNEL, Address.ZERO, BigInteger.valueOf(6)));
    confirmed(1, 9);
    follower.tick();
    assertThat(facts).hasSize(2);
    confirmed(2, 12);
    assertThat(follower.tick()).isEqualTo(1);
    assertThat(facts).hasSize(2);
  }

  @Test
  void a_crash_and_a_chain_that_is_away_leave_the_range_to_be_read_again() {
    vault.events.add(new Event.Returned(3, SENT, CHANNEL, Address.ZERO, BigInteger.valueOf(6)));
    confirmed(1, 9);
    vault.reachable = false;
    assertThat(follower.tick()).isZero();
    vault.reachable = true;
    crash = true;
    assertThatThrownBy(follower::tick).hasMessage("crash");
    crash = false;
    assertThat(follower.tick()).isEqualTo(1);
    assertThat(facts).hasSize(1);
  }

  @Test
  void a_long_range_is_read_page_by_page_and_each_block_by_one_node() {
    vault.events.add(new Event.Returned(1, SENT, CHANNEL, Address.ZERO, BigInteger.ONE));
    vault.events.add(
        new Event.Returned(
            1001, hash("another transaction"), CHANNEL, Address.ZERO, BigInteger.TWO));
    confirmed(1, 1500);
    vault.whileReading =
        () -> {
          vault.whileReading = () -> {};
          assertThat(follower.tick()).as("another node is faster").isEqualTo(1);
        };
    assertThat(follower.tick()).isZero();
    assertThat(facts).hasSize(1);
    assertThat(follower.tick()).isEqualTo(1);
    assertThat(follower.tick()).isZero();
    assertThat(facts).hasSize(2);
  }
}
