package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real node is killed by SIGKILL while a purchase or a refund is under way, and started again on
/// what it left, again and again; or another that shares its database goes on alone. Then the laws
/// hold.
class KillTest {

  private static final Duration PATIENCE = Duration.ofSeconds(240);
  private static final long SEED = 13;
  private static final long MIB = 1L << 20;
  private static final int FILM_MIB = 6;

  /// How long a phase goes on before its node is killed, at most.
  private static final int MOMENT_MILLIS = 1200;

  @TempDir Path folder;

  @Test
  void a_node_killed_three_times_keeps_every_law() throws Exception {
    kill(3, 11);
  }

  @Tag("long")
  @Test
  void a_node_killed_twelve_times_keeps_every_law() throws Exception {
    kill(12, 12);
  }

  private void kill(int times, long seed) throws Exception {
    var chance = new SplittableRandom(seed);
    int port = MortalNode.freePort();
    try (var world = new KillWorld(folder, URI.create("http://127.0.0.1:" + port), seed);
        var node = world.node("node", port)) {
      node.start();
      var operator = Api.at(node.privateDoor).follow(node.signInLink());
      var offering = open(world, operator);
      var shopper = new Shopper(List.of(person(operator, "ada")), world.outside, offering);
      var shopping = CompletableFuture.runAsync(shopper, Thread::startVirtualThread);
      for (int kill = 0; kill < times; kill++) {
        var wanted = kill % 2 == 0 ? Shopper.Phase.PURCHASE : Shopper.Phase.REFUND;
        until("a " + wanted, shopping, () -> shopper.phase() == wanted);
        pause(shopping, chance.nextInt(MOMENT_MILLIS));
        node.kill();
        node.start();
      }
      shopper.enough();
      shopping.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(shopper.rounds()).isPositive();
      mustHold(world, operator, node.databaseUrl());
    }
  }

  @Test
  void of_two_nodes_on_one_database_one_is_killed_and_the_other_ends_every_purchase()
      throws Exception {
    var ports = List.of(MortalNode.freePort(), MortalNode.freePort());
    try (var relay = new Relay(ports);
        var world = new KillWorld(folder, relay.url(), SEED);
        var database = durable();
        var north = world.node("north", ports.getFirst(), shared(database));
        var south = world.node("south", ports.getLast(), shared(database))) {
      CompletableFuture.allOf(
              CompletableFuture.runAsync(north::start), CompletableFuture.runAsync(south::start))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      var operator = Api.at(north.privateDoor).follow(north.signInLink());
      var offering = open(world, operator);
      var ada = person(operator, "ada");
      var bob = person(operator, "bob");
      var first = new Shopper(List.of(ada, at(south, ada)), world.outside, offering);
      var second = new Shopper(List.of(at(south, bob), bob), world.outside, offering);
      var shopping =
          CompletableFuture.allOf(
              CompletableFuture.runAsync(first, Thread::startVirtualThread),
              CompletableFuture.runAsync(second, Thread::startVirtualThread));
      until("a first purchase", shopping, () -> first.phase() == Shopper.Phase.PURCHASE);
      until("a second purchase", shopping, () -> second.phase() == Shopper.Phase.PURCHASE);
      pause(shopping, new SplittableRandom(SEED).nextInt(MOMENT_MILLIS));
      north.kill();
      first.enough();
      second.enough();
      shopping.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(List.of(first.rounds(), second.rounds())).doesNotContain(0);
      mustHold(world, at(south, operator), jdbc(database));
    }
  }

  /// His session is good at every node.
  private static Api at(MortalNode node, Api who) {
    return Api.at(node.privateDoor).as(who.session().orElseThrow());
  }

  private static EmbeddedPostgres durable() throws IOException {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  private static String jdbc(EmbeddedPostgres database) {
    return database.getJdbcUrl("postgres", "postgres");
  }

  /// What two nodes of one house have in common, and short leases.
  private String[] shared(EmbeddedPostgres database) {
    return new String[] {
      "--tally.database.url=" + jdbc(database),
      "--tally.custody.kek=" + folder.resolve("kek.json"),
      "--tally.treasury.secret-file=" + folder.resolve("treasury.secret"),
      "--tally.network.lease=2s",
      "--tally.delivery.held=3s"
    };
  }

  private static void mustHold(KillWorld world, Api operator, String database) throws Exception {
    until("calm", new CompletableFuture<>(), () -> open(database) == 0);
    assertThat(
            KillWorld.number(database, "select count(*) from flow.flow where stalled is not null"))
        .isZero();
    assertThat(operator.post("/ledger/verify", Map.of()).path("sound").asBoolean()).isTrue();
    var figures = new Figures();
    Laws.judge(database, world.outerChain, world.outside, figures);
    assertThat(figures.laws).hasSize(7).allMatch(Figures.Law::held);
  }

  /// A house with a reserve, and a seller with a film; answers what he offers.
  private String open(KillWorld world, Api operator) throws Exception {
    world.appoint(operator.get("/node").path("networks").path(0).path("house").asString());
    var stock =
        operator.post("/reserve", Map.of("network", "fake", "amount", money("5000.00", "TUSD")));
    operator.awaitState("/reserve/" + stock.required("id").asString(), "stocked");
    var film = folder.resolve("shop/film.bin");
    Files.createDirectories(film.getParent());
    Files.write(film, new byte[(int) (FILM_MIB * MIB)]);
    var offering =
        person(operator, "vera")
            .post(
                "/offerings",
                Map.of(
                    "title",
                    "Films",
                    "adapter",
                    "http",
                    "source",
                    Map.of("folder", film.getParent().toString()),
                    "unit",
                    "byte",
                    "price",
                    money("0.02", "TUSD"),
                    "per",
                    MIB,
                    "portion",
                    MIB,
                    "lagMax",
                    4 * MIB));
    return offering.required("id").asString();
  }

  private static Api person(Api door, String name) {
    var password = UUID.randomUUID().toString();
    door.post("/parties", Map.of("name", name, "password", password));
    return door.as(
        door.post("/session", Map.of("name", name, "password", password))
            .required("token")
            .asString());
  }

  private static int open(String database) {
    return KillWorld.number(
            database,
            """
            select (select count(*) from flow.signal where heard_at is null)
                 + (select count(*) from flow.command where state = 'PENDING')
                 + (select count(*) from flow.flow where not over)
            """)
        .intValueExact();
  }

  private static Map<String, String> money(String amount, String asset) {
    return Map.of("amount", amount, "asset", asset);
  }

  /// Fails at once where the shopper did.
  private static void until(String what, CompletableFuture<Void> unless, BooleanSupplier so)
      throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain for " + what);
      }
      pause(unless, 5);
    }
  }

  /// Not to wait for anything: the moment of the kill is a matter of chance.
  private static void pause(CompletableFuture<Void> unless, int millis)
      throws InterruptedException, ExecutionException {
    try {
      unless.get(millis, TimeUnit.MILLISECONDS);
      throw new AssertionError("the shopper stopped by himself");
    } catch (TimeoutException goesOn) {
      assertThat(unless).isNotDone();
    }
  }
}
