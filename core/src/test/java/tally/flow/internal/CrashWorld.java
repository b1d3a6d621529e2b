package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
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
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.TestDatabase;
import tally.Worker;
import tally.custody.Custody;
import tally.custody.Encodings;
import tally.custody.KeyRef;
import tally.delivery.Adapters;
import tally.escrow.Settlements;
import tally.flow.Selling;
import tally.gateway.fake.FakeBank;
import tally.ledger.Book;
import tally.market.Peers;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Chains;
import tally.network.port.Chain.ChainUnavailable;
import tally.payment.Gateways;
import tally.payment.PaymentSettings;
import tally.plugin.NetworkPlugin.Network;
import tally.plugin.Settings;
import tally.treasury.Vaults;
import tally.x402.Address;
import tally.x402.ChannelId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole house in one process, with a bank and a chain outside, and no thread of its own: the
/// test ticks the workers. Its Runner can be lost; a fresh one then goes on.
final class CrashWorld implements AutoCloseable {

  static final String NETWORK = "chain";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// How long a lost command stays with the Runner that is no more.
  private static final Duration LEASE = Duration.ofMillis(150);

  /// Blocks after which nothing that is on its way can still be unseen.
  private static final int CALM_ROUNDS = 6;

  private static final int STEPS_A_ROUND = 50;
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final TestDatabase database = TestDatabase.fresh();
  private final FakeBank bank;
  final OuterChain chain;
  private final AnnotationConfigApplicationContext context;
  private final List<Worker> workers;
  private Runner runner;
  private boolean lost;

  /// The Runner is gone, as if its node had been.
  static final class Lost extends Error {
    private static final long serialVersionUID = 1;

    Lost(String where) {
      super(where);
    }
  }

  /// @param settings of the rooms, beside those that every world has
  CrashWorld(Path folder, Runner.Fate fate, Map<String, Object> settings) {
    this(folder, fate, settings, FakeOuterChain.start());
  }

  /// @param chain is closed with the world
  CrashWorld(Path folder, Runner.Fate fate, Map<String, Object> settings, OuterChain chain) {
    this.chain = chain;
    this.bank =
        FakeBank.start(
            FakeBank.Options.of("--store", folder.resolve("bank").toString(), "--key", "key"));
    this.context = wire(folder, settings);
    this.workers =
        context.getBeanProvider(Worker.class).orderedStream().filter(CrashWorld::ticked).toList();
    this.runner = runner(fate);
    var house = bean(Custody.class).address(new KeyRef(Tenant.HOUSE, Holder.HOUSE, NETWORK));
    chain.appoint(house);
    chain.fuel(house);
    chain.deal(house, BigInteger.valueOf(1_000_000_000));
  }

  /// The context's own Runner rests, since the test has one of its own; who rests for long has
  /// nothing to do with the stories.
  private static boolean ticked(Worker worker) {
    return !(worker instanceof Runner) && worker.pause().compareTo(Duration.ofSeconds(10)) < 0;
  }

  private AnnotationConfigApplicationContext wire(Path folder, Map<String, Object> more) {
    var network = chain.network();
    var gateway =
        new tally.gateway.fake.FakePlugin()
            .open(new Settings(Map.of("url", bank.url().toString(), "key", "key")));
    var adapter = new tally.adapter.fake.FakePlugin().open(new Settings(Map.of()));
    HikariDataSource source = database.source();
    var settings = new HashMap<String, Object>(more);
    settings.put("tally.data", folder.resolve("node").toString());
    settings.put("tally.treasury.look", "20ms");
    var made = new AnnotationConfigApplicationContext();
    made.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
    made.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
    made.registerBean(JdbcClient.class, () -> JdbcClient.create(source));
    made.registerBean(
        PlatformTransactionManager.class, () -> new DataSourceTransactionManager(source));
    made.registerBean(
        TransactionTemplate.class,
        () -> new TransactionTemplate(made.getBean(PlatformTransactionManager.class)));
    made.registerBean(InstantSource.class, InstantSource::system);
    made.registerBean(PaymentSettings.class, () -> PaymentSettings.quick(Duration.ofMillis(10)));
    made.registerBean(Gateways.class, () -> new Gateways(Map.of("card", gateway), Map.of()));
    made.registerBean(Chains.class, () -> new Chains(Map.of(NETWORK, network.chain())));
    made.registerBean(Encodings.class, () -> new Encodings(Map.of(NETWORK, network.encoding())));
    made.registerBean(
        Vaults.class, () -> new Vaults(Map.of(NETWORK, network.grants().orElseThrow())));
    made.registerBean(Settlements.class, () -> settlements(network));
    made.registerBean(
        Adapters.class,
        () -> new Adapters(Map.of("fake", adapter)),
        bean -> bean.setDestroyMethodName(""));
    made.registerBean(
        "nextDoor",
        Peers.class,
        () -> new NextDoor(made.getBeanProvider(Selling.class)),
        bean -> bean.setPrimary(true));
    for (var room :
        List.of(
            "ledger",
            "party",
            "custody",
            "network",
            "payment",
            "delivery",
            "escrow",
            "treasury",
            "market",
            "flow")) {
      made.scan("tally." + room + ".internal");
    }
    made.refresh();
    made.addApplicationListener(
        (org.springframework.context.event.ContextClosedEvent _) -> adapter.close());
    return made;
  }

  private static Settlements settlements(Network network) {
    return new Settlements(
        List.of(
            Settlements.Place.of(
                NETWORK,
                network.channels().orElseThrow(),
                Set.of(network.grants().orElseThrow().facts().token()))));
  }

  private Runner runner(Runner.Fate fate) {
    var usual = Runner.Settings.USUAL;
    return new Runner(
        bean(JdbcFlows.class),
        bean(Carrier.class),
        new Runner.Settings(usual.attemptsMax(), LEASE, usual.pauseMax(), usual.signalsMax()),
        fate);
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /// Whether fate struck.
  boolean lost() {
    return lost;
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
    for (int step = 0; step < STEPS_A_ROUND && step(); step++) {}
    workers.forEach(CrashWorld::tick);
    chain.mine();
  }

  /// Whoever finds no chain is asked again in the next round, as in a node.
  private static void tick(Worker worker) {
    try {
      worker.tick();
    } catch (ChainUnavailable laterThen) {
      return;
    }
  }

  private boolean step() {
    try {
      return runner.tick() > 0;
    } catch (Lost _) {
      lost = true;
      runner = runner(Runner.Fate.KIND);
      return true;
    }
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
    context.close();
    chain.close();
    bank.close();
    database.close();
  }
}
