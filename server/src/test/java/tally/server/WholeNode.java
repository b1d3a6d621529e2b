package tally.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.gateway.fake.FakeBank;
import tally.network.Chains;
import tally.network.fake.FakeChain;
import tally.x402.Address;
import tools.jackson.databind.JsonNode;

/// A whole node with all three roles in this JVM, its own durable PostgreSQL, plug-ins from their
/// jars, and a bank and a chain as outer parties. One serves every test class; it ends with the
/// JVM.
final class WholeNode {

  private static final class Shared {
    static final WholeNode NODE = new WholeNode();
  }

  private final Path folder;
  private final URI privateDoor = URI.create("http://127.0.0.1:" + freePort());
  private final URI publicDoor = URI.create("http://127.0.0.1:" + freePort());
  private final int servicePort = freePort();
  final FakeBank bank;
  final FakeChain chain;
  private ConfigurableApplicationContext context;
  private final Caller operator;

  static WholeNode shared() {
    return Shared.NODE;
  }

  private WholeNode() {
    try {
      folder = Files.createTempDirectory("tally-node");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bank =
        FakeBank.start(
            new FakeBank.Options(
                0,
                folder.resolve("bank"),
                "bank-key",
                Optional.of(webhookDoor()),
                "bank-secret",
                Duration.ofMillis(100),
                Duration.ofMillis(1500),
                Duration.ofMillis(300)));
    chain =
        FakeChain.start(
            FakeChain.Options.manual(InstantSource.system())
                .withBlockInterval(Duration.ofMillis(50)));
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    context = start();
    operator = Caller.at(privateDoor).follow(signInLink());
    stock();
  }

  /// Ends the node in good order and starts it again on its database and data folder.
  void restart() {
    context.close();
    context = start();
  }

  URI privateDoor() {
    return privateDoor;
  }

  Caller anyone() {
    return Caller.at(privateDoor);
  }

  Caller outside() {
    return Caller.at(publicDoor);
  }

  Caller operator() {
    return operator;
  }

  /// A new person, signed in.
  Caller person(String name) {
    var account = Map.of("name", name + "-" + part(), "password", UUID.randomUUID().toString());
    anyone().post("/api/v1/parties", UUID.randomUUID(), account).need(201);
    var session = anyone().post("/api/v1/session", UUID.randomUUID(), account).need(201);
    return anyone().as(session.path("token").asString());
  }

  static String part() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  Path folder(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI webhookDoor() {
    return publicDoor.resolve("/webhooks/card");
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  JdbcClient jdbc() {
    return JdbcClient.create(bean(DataSource.class));
  }

  long count(String sql, Object... parameters) {
    var statement = jdbc().sql("select count(*) from " + sql);
    for (var parameter : parameters) {
      statement = statement.param(parameter);
    }
    return statement.query(Long.class).single();
  }

  /// What the bank itself has written down.
  JsonNode bankStore() {
    return Caller.at(bank.url()).get("/outside/store").need(200);
  }

  /// Everything that a refused request must leave as it was.
  String digest() {
    var rows =
        jdbc()
            .sql(
                """
                select (select count(*) from ledger.entry) || ' entries '
                  || (select count(*) from ledger.hold) || ' holds '
                  || (select md5(coalesce(string_agg(concat_ws(' ', tenant, id, state, version), ','
                        order by tenant, id), '')) from flow.flow) || ' flows '
                  || (select count(*) from flow.signal) || ' signals '
                  || (select count(*) from flow.command) || ' commands '
                  || (select md5(coalesce(string_agg(concat_ws(' ', tenant, id, state), ','
                        order by tenant, id), '')) from payment.payment) || ' payments '
                  || (select count(*) from payment.refund) || ' refunds '
                  || (select count(*) || '/' || count(used_by) from treasury.quote) || ' quotes '
                  || (select md5(coalesce(string_agg(concat_ws(' ', id, state), ',' order by id), ''))
                        from market.offering) || ' offerings '
                  || (select count(*) || '/' || coalesce(sum(max_claimable), 0) from escrow.voucher)
                  || ' vouchers '
                  || (select coalesce(sum(promised), 0) from escrow.channel) || ' promised '
                  || (select count(*) from delivery.delivery) || ' deliveries '
                """)
            .query(String.class)
            .single();
    var store = bankStore();
    return rows + store.path("payments") + store.path("refunds") + store.path("payouts");
  }

  /// Waits until the flows have carried out whatever they began.
  void quiet() {
    Caller.until(
        "quiet",
        () ->
            // One statement: what a command answers between two looks would be seen by neither.
            count(
                    """
                    (select 1 from flow.signal where heard_at is null
                     union all select 1 from flow.command where state = 'PENDING') as waiting
                    """)
                == 0,
        Boolean::booleanValue);
  }

  /// Everything that the chain has said up to now was heard, and everybody has done what follows.
  void caughtUp() {
    long head = bean(Chains.class).find("fake").orElseThrow().head().number();
    Caller.until(
        "the chain's words",
        () -> count("network.cursor where number >= ?", head) == 1 && count("network.range") == 0,
        Boolean::booleanValue);
    quiet();
  }

  private ConfigurableApplicationContext start() {
    return new SpringApplicationBuilder(Tally.class)
        .registerShutdownHook(false)
        .initializers(fresh -> fresh.getBeanFactory().registerSingleton("noTests", new NoTests()))
        .run(
            "--tally.data=" + folder.resolve("node"),
            "--tally.plugins=" + Path.of(System.getProperty("basedir", ""), "target", "plugins"),
            "--tally.private.port=" + privateDoor.getPort(),
            "--tally.public.port=" + publicDoor.getPort(),
            "--tally.gateways.card.kind=fake",
            "--tally.gateways.card.settings.url=" + bank.url(),
            "--tally.gateways.card.settings.key=bank-key",
            "--tally.gateways.card.settings.patience=1500",
            "--tally.gateways.card.secrets.webhook=bank-secret",
            "--tally.networks.fake.kind=fake",
            "--tally.networks.fake.settings.url=" + chain.url(),
            "--tally.adapters.http.kind=http",
            "--tally.adapters.http.settings.port=" + servicePort,
            "--tally.adapters.http.settings.sells=" + folder,
            "--tally.adapters.http.secrets.secret=a-secret-that-outlives-a-restart",
            "--tally.sign-in.tries-per-minute=1000",
            "--tally.treasury.quote-life=3s",
            "--tally.payment.first-look=500ms",
            "--tally.refund.approve-above=100.00 USD",
            "--tally.flow.lease=3s",
            "--logging.level.root=WARN");
  }

  private URI signInLink() {
    try {
      return URI.create(Files.readString(folder.resolve("node/sign-in-link")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void stock() {
    var node = anyone().get("/api/v1/node").need(200);
    var house = new Address(node.path("networks").path(0).path("house").asString());
    chain.appoint(house, house, house);
    chain.deal(house, BigInteger.valueOf(10_000_000_000L));
    var order = Map.of("network", "fake", "amount", Caller.money("10000.00", "TUSD"));
    var stock = operator.post("/api/v1/reserve", UUID.randomUUID(), order).need(201);
    operator.awaitState("/api/v1/reserve/" + stock.path("id").asString(), "stocked");
  }

  private void end() {
    if (context != null) {
      context.close();
    }
    chain.close();
    bank.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Other tests' configurations lie on the same class path, under the package that a node scans.
  private static final class NoTests extends TypeExcludeFilter {

    @Override
    public boolean match(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
      var place = reader.getResource().getURL().toString();
      return place.contains("/test-classes/") || place.contains("-tests.jar");
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof NoTests;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }
}
