package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import tally.TestDatabase;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.flow.Selling;
import tally.gateway.fake.FakeBank;
import tally.ledger.Book;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.ChannelId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole house in one process, with a bank and a chain outside: the test ticks the workers. Its
/// Runner can be lost; a fresh one then goes on. Or it has two nodes, of which one dies.
final class CrashWorld implements AutoCloseable {

  static final String NETWORK = "chain";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Beyond the longest time for which a node that is no more keeps something to itself.
  private static final Duration AFTER_EVERY_LEASE = Duration.ofSeconds(61);

  /// Blocks after which nothing that is on its way can still be unseen.
  private static final int CALM_ROUNDS = 6;

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final TestDatabase database = TestDatabase.fresh();
  private final FakeBank bank;
  final OuterChain chain;
  private final NextDoor nextDoor = new NextDoor(this::sellers);
  private final CrashNode node;
  private final Optional<DoomedNode> beside;
  private volatile Duration ahead = Duration.ZERO;

  /// @param settings of the rooms, beside those that every world has
  CrashWorld(Path folder, Runner.Fate fate, Map<String, Object> settings) {
    this(folder, fate, settings, FakeOuterChain.start());
  }

  /// @param chain is closed with the world
  CrashWorld(Path folder, Runner.Fate fate, Map<String, Object> settings, OuterChain chain) {
    this(folder, fate, settings, chain, Optional.empty());
  }

  /// Two nodes work side by side; one of them dies at that statement to the database, counted from
  /// its start. People are let in by the other.
  static CrashWorld ofTwo(Path folder, Map<String, Object> settings, long statement) {
    return new CrashWorld(
        folder, Runner.Fate.KIND, settings, FakeOuterChain.start(), Optional.of(statement));
  }

  private CrashWorld(
      Path folder,
      Runner.Fate fate,
      Map<String, Object> settings,
      OuterChain chain,
      Optional<Long> deadly) {
    this.chain = chain;
    this.bank =
        FakeBank.start(
            FakeBank.Options.of("--store", folder.resolve("bank").toString(), "--key", "key"));
    this.node = new CrashNode("node", around(folder, database.source()), fate, settings);
    this.beside = deadly.map(statement -> beside(folder, settings, statement));
    var house = bean(Custody.class).address(new KeyRef(Tenant.HOUSE, Holder.HOUSE, NETWORK));
    chain.appoint(house);
    chain.fuel(house);
    chain.deal(house, BigInteger.valueOf(1_000_000_000));
  }

  private CrashNode.Around around(Path folder, DataSource source) {
    return new CrashNode.Around(
        folder, source, bank.url(), chain.network(), nextDoor, () -> Instant.now().plus(ahead));
  }

  private DoomedNode beside(Path folder, Map<String, Object> settings, long statement) {
    return new DoomedNode(
        database,
        statement,
        source -> new CrashNode("doomed", around(folder, source), Runner.Fate.KIND, settings),
        () -> ahead = AFTER_EVERY_LEASE);
  }

  /// Who may answer at the seller's door.
  private List<Selling> sellers() {
    return Stream.concat(
            Stream.of(node), beside.filter(DoomedNode::lives).map(DoomedNode::node).stream())
        .map(one -> one.bean(Selling.class))
        .toList();
  }

  <T> T bean(Class<T> type) {
    return node.bean(type);
  }

  /// Whether fate struck.
  boolean lost() {
    return node.lost();
  }

  /// Whether one of two nodes is dead.
  boolean oneDied() {
    return beside.filter(one -> !one.lives()).isPresent();
  }

  /// One of two nodes dies now.
  void killOne() {
    beside.orElseThrow().die();
  }

  /// From now on the seller can be asked to end nothing.
  void sellerLeaves() {
    nextDoor.leave();
  }

  // Time passes only here.

  /// Lets everybody work until it is so; fails after 30 seconds.
  void until(String what, BooleanSupplier so) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain for " + what + "\n" + standing());
      }
      round();
    }
  }

  /// Lets everybody work until nothing is left to do.
  void untilCalm() {
    for (int calm = 0; calm < CALM_ROUNDS; calm++) {
      until("calm", this::calm);
      round();
    }
    until("calm", this::calm);
  }

  private boolean calm() {
    return number(
                """
                select (select count(*) from flow.signal where heard_at is null and due_at <= clock_timestamp())
                     + (select count(*) from flow.command where state = 'PENDING')
                     + (select count(*) from flow.flow where not over)
                """)
            .signum()
        == 0;
  }

  private void round() {
    var other = beside.map(DoomedNode::turn);
    node.turn();
    other.ifPresent(CompletableFuture::join);
    chain.mine();
  }

  // What others see.

  /// What each kind of account of each owner holds, and what is held of it.
  Map<String, String> balances() {
    var book = new TreeMap<String, String>();
    database
        .jdbc()
        .sql(
            """
            select split_part(path, '/', 1) || '/' || split_part(path, '/', 2) as name, asset,
                   sum(posted) as posted, sum(held) as held
            from ledger.account group by 1, 2
            """)
        .query(row -> {
          book.put(
              row.getString("name") + " " + row.getString("asset"),
              row.getBigDecimal("posted").toBigInteger()
                  + " held "
                  + row.getBigDecimal("held").toBigInteger());
        });
    return book;
  }

  /// The book is sound, nobody waits for a human, and bank and chain say what the book says.
  void mustAgree() {
    var verified = bean(Book.class).verify();
    assertThat(verified.faults()).isEmpty();
    assertThat(verified.entries()).isPositive();
    assertThat(rows("select kind || ' ' || stalled from flow.flow where stalled is not null"))
        .isEmpty();
    assertThat(rows("select reason || id from ledger.hold where state = 'Pending'")).isEmpty();
    var outside = new TreeMap<String, BigInteger>();
    for (var balance : bank("GET", "store", Map.of()).path("balance")) {
      outside.merge("receivable", big(balance.path("units")).negate(), BigInteger::add);
    }
    var totals = chain.totals(known());
    outside.put("reserve", totals.reserve());
    outside.put("power", totals.power());
    outside.put("locked", totals.locked());
    outside.put("earned", totals.earned());
    var inside = new TreeMap<String, BigInteger>();
    if (outside.containsKey("receivable")) {
      inside.put("receivable", booked("gateway-receivable/", "USD/2"));
    }
    for (var kind : List.of("reserve", "power", "locked", "earned")) {
      inside.put(kind, booked(kind + "/", "TUSD/6"));
    }
    assertThat(inside).isEqualTo(outside);
    assertThat(totals.unpaid()).isZero();
  }

  private OuterChain.Known known() {
    return new OuterChain.Known(
        addresses("select distinct body #>> '{order,address,hex}' from treasury.grant"),
        rows("select distinct id from escrow.channel").stream().map(ChannelId::of).toList(),
        addresses("select distinct receiver from escrow.channel"));
  }

  private List<Address> addresses(String sql) {
    return rows(sql).stream().map(Address::new).toList();
  }

  private BigInteger booked(String prefix, String asset) {
    return number(
        "select coalesce(sum(posted), 0) from ledger.account where path like '"
            + prefix
            + "%' and asset = '"
            + asset
            + "'");
  }

  static BigInteger big(JsonNode node) {
    return node.isMissingNode() ? BigInteger.ZERO : new BigInteger(node.asString());
  }

  BigInteger number(String sql) {
    return database.jdbc().sql(sql).query(java.math.BigDecimal.class).single().toBigInteger();
  }

  List<String> rows(String sql) {
    return database.jdbc().sql(sql).query(String.class).list();
  }

  private String standing() {
    var flows = rows("select kind || ' ' || state || coalesce(' ' || stalled, '') from flow.flow");
    var open =
        rows(
            "select kind || ' ' || attempts || coalesce(' ' || last_why, '') from flow.command where state = 'PENDING'");
    var sent =
        rows("select state || ' ' || body from network.transaction where state <> 'Final'").stream()
            .collect(Collectors.joining("\n"));
    return flows + "\n" + open + "\n" + sent;
  }

  JsonNode bank(String method, String path, Map<String, ?> body) {
    return send(method, bank.url().resolve("/outside/" + path), body);
  }

  /// A person presses "Pay".
  static void pay(URI page) {
    exchange(HttpRequest.newBuilder(page).POST(BodyPublishers.noBody()));
  }

  /// What a person's own program fetches.
  static byte[] fetch(URI url) {
    return exchange(HttpRequest.newBuilder(url).GET());
  }

  static JsonNode send(String method, URI to, Map<String, ?> body) {
    return JSON.readTree(
        exchange(
            HttpRequest.newBuilder(to)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)))));
  }

  private static byte[] exchange(HttpRequest.Builder request) {
    try {
      var response =
          HTTP.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isLessThan(400);
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    beside.ifPresent(DoomedNode::close);
    node.close();
    chain.close();
    bank.close();
    database.close();
  }
}
