package tally.escrow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import tally.TestDatabase;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.escrow.Alarms;
import tally.escrow.Batch;
import tally.escrow.Channel;
import tally.escrow.Channel.Side;
import tally.escrow.ChannelListener;
import tally.escrow.Channels;
import tally.escrow.Claiming;
import tally.escrow.Claims;
import tally.escrow.Payouts;
import tally.escrow.Receipt;
import tally.escrow.Settlements;
import tally.escrow.Wish;
import tally.escrow.Wishes;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Chains;
import tally.network.NetworkListener;
import tally.network.Ranges;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.network.internal.JdbcRanges;
import tally.network.port.Chain;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Curve;
import tally.x402.Settlement;
import tally.x402.TypedData;
import tally.x402.Voucher;

/// A database, a chain that says what it is told to say, and the keeper between them.
final class EscrowFixture implements AutoCloseable {

  static final String NETWORK = "fake";
  static final Settlement SETTLEMENT = new Settlement(31337, Settlement.OFFICIAL);
  static final TypedData TYPED = new TypedData(SETTLEMENT);
  static final Curve CURVE = Curve.fastest();
  static final Address TOKEN = new Address("0x" + "70".repeat(20));
  static final Address VAULT = new Address("0x" + "5a".repeat(20));
  static final Holder BUYER = new Holder("party:buyer");
  static final Holder SELLER = new Holder("party:seller");
  static final Approval APPROVAL = new Approval.Standing(new java.util.UUID(1, 2), n(1_000_000));

  final TestDatabase database = TestDatabase.fresh();
  final FakeChannels chain = new FakeChannels();
  final FakeKeys keys = new FakeKeys();
  final List<Transaction.Order> sent = new CopyOnWriteArrayList<>();
  final List<ChannelListener.Fact> facts = new CopyOnWriteArrayList<>();
  Instant now = Instant.parse("2026-03-01T10:00:00Z");
  final Settlements settlements =
      new Settlements(List.of(Settlements.Place.of(NETWORK, chain, Set.of(TOKEN))));
  final JdbcChannels store = new JdbcChannels(database.jdbc(), database.transactions());
  final Ranges ranges = new JdbcRanges(database.jdbc());
  final JdbcEvents events = new JdbcEvents(database.jdbc());
  final JdbcClaims claimStore = new JdbcClaims(database.jdbc(), database.transactions());
  final JdbcPayouts payoutStore = new JdbcPayouts(database.jdbc(), database.transactions());
  final Foreteller foreteller = new Foreteller();
  final Wishes wishes = new Wishes(claimStore, () -> now);
  final Alarms alarms = new Alarms(claimStore.alarms(), () -> now);
  final Claims claims = claims(Batch.ROWS_MAX);
  final Payouts payouts =
      new Payouts(payoutStore, this::submit, java.util.UUID::randomUUID, () -> now);
  final Channels channels = keeper();
  final ChannelWatch watch =
      new ChannelWatch(store, ranges, settlements, wishes, payoutStore, () -> now);
  final ChannelFollower follower =
      new ChannelFollower(
          store,
          ranges,
          events,
          payoutStore,
          new JdbcWithdrawals(database.jdbc(), claimStore),
          settlements,
          List.of(facts::add),
          () -> now,
          Duration.ofHours(1));

  /// Another node on the same database and chain.
  Channels keeper() {
    return new Channels(
        store,
        keys,
        this::submit,
        settlements,
        new Claiming(wishes, claims, payouts),
        CURVE,
        () -> now);
  }

  Claims claims(int rowsMax) {
    return new Claims(
        claimStore,
        wishes,
        new Chains(Map.of(NETWORK, foreteller)),
        keys,
        this::submit,
        java.util.UUID::randomUUID,
        () -> now,
        rowsMax,
        Duration.ofMinutes(10));
  }

  private Transaction submit(Transaction.Order order) {
    sent.add(order);
    return new Transaction.Drafted(order);
  }

  void later(Duration time) {
    now = now.plus(time);
  }

  /// The seller's side, accepted with this deposit on chain.
  Channel.Terms accepted(long balance) {
    return accepted(balance, config());
  }

  /// One of many channels of the same two people.
  Channel.Terms accepted(long balance, int salt) {
    var one = config();
    return accepted(
        balance,
        new ChannelConfig(
            one.payer(),
            one.payerAuthorizer(),
            one.receiver(),
            one.receiverAuthorizer(),
            one.token(),
            one.withdrawDelay(),
            new Bytes32("0x" + "%064x".formatted(salt))));
  }

  private Channel.Terms accepted(long balance, ChannelConfig config) {
    var terms = terms(Side.RECEIVER, config);
    chain.holds(terms.id(), balance, 0, 0);
    var answer = channels.accept(terms, n(balance));
    if (!(answer instanceof Channels.Acceptance.Accepted)) {
      throw new AssertionError(answer);
    }
    return terms;
  }

  /// Somebody wants this channel claimed now.
  void wish(Channel.Terms terms, Wish.Reason reason) {
    claimStore.want(
        new Wish(
            terms.tenant(),
            terms.id(),
            terms.network(),
            terms.holder(),
            reason,
            now,
            Optional.empty(),
            0,
            ""),
        now);
  }

  Channel.Terms terms(Side side) {
    return terms(side, config());
  }

  Channel.Terms terms(Side side, ChannelConfig config) {
    return new Channel.Terms(
        TYPED.channelId(config),
        Tenant.HOUSE,
        side,
        side == Side.PAYER ? BUYER : SELLER,
        NETWORK,
        config);
  }

  ChannelConfig config() {
    var seller = keys.address(key(SELLER));
    return new ChannelConfig(
        VAULT, keys.address(key(BUYER)), seller, seller, TOKEN, 900, Bytes32.ZERO);
  }

  Voucher voucher(ChannelId id, long max) {
    return voucher(TYPED, id, max, BUYER);
  }

  Voucher voucher(TypedData typed, ChannelId id, long max, Holder signer) {
    var digest = typed.voucher(id, n(max));
    return new Voucher(id, n(max), CURVE.sign(digest.bytes(), keys.secret(key(signer))));
  }

  Channel channel(Channel.Terms terms) {
    return channels.find(terms.tenant(), terms.id(), terms.side()).orElseThrow();
  }

  /// The voucher is refused by this code, and the refusal tells how the channel stands.
  void refuses(String code, Voucher voucher, Channel standing) {
    assertThat(channels.receive(voucher))
        .isInstanceOfSatisfying(
            Receipt.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused.standing()).isEqualTo(standing.standing());
            });
  }

  int count(String table) {
    return database
        .jdbc()
        .sql("select count(*) from escrow." + table)
        .query(Integer.class)
        .single();
  }

  /// Ranges of blocks that this room has still to read.
  int ranges() {
    return database
        .jdbc()
        .sql("select count(*) from network.range where reader = 'escrow'")
        .query(Integer.class)
        .single();
  }

  static KeyRef key(Holder holder) {
    return new KeyRef(Tenant.HOUSE, holder, NETWORK);
  }

  static TransactionId transaction(int number) {
    return new TransactionId(new java.util.UUID(402, number));
  }

  static BigInteger n(long number) {
    return BigInteger.valueOf(number);
  }

  @Override
  public void close() {
    database.close();
  }

  /// The journal says that what was sent last is deep enough in the chain.
  void ended(Transaction.Order order, boolean success, String reason) {
    var attempt = new Transaction.Attempt(n(0), 0, new byte[0], Bytes32.ZERO, Instant.EPOCH);
    var receipt = new Chain.Receipt(Bytes32.ZERO, 1, Bytes32.ZERO, success, reason);
    watch.on(
        new NetworkListener.Fact.TransactionMoved(new Transaction.Final(order, attempt, receipt)));
  }
}
