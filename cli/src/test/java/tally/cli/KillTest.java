package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
/// what it left, again and again. Then the laws hold.
class KillTest {

  private static final Duration PATIENCE = Duration.ofSeconds(240);
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
    try (var node = new MortalNode(folder, seed)) {
      var operator = Api.at(node.privateDoor).follow(node.signInLink());
      var shopper = open(node, operator);
      var shopping = CompletableFuture.runAsync(shopper, Thread::startVirtualThread);
      for (int kill = 0; kill < times; kill++) {
        var wanted = kill % 2 == 0 ? Shopper.Phase.PURCHASE : Shopper.Phase.REFUND;
        until("a " + wanted, shopping, () -> shopper.phase() == wanted);
        pause(shopping, chance.nextInt(MOMENT_MILLIS));
        node.kill();
        node.startAgain();
      }
      shopper.enough();
      shopping.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      until("calm", new CompletableFuture<>(), () -> open(node) == 0);
      assertThat(shopper.rounds()).isPositive();
      assertThat(node.number("select count(*) from flow.flow where stalled is not null")).isZero();
      assertThat(operator.post("/ledger/verify", Map.of()).path("sound").asBoolean()).isTrue();
      var figures = new Figures();
      Laws.judge(node.databaseUrl(), node.outerChain, node.outside, figures);
      assertThat(figures.laws).hasSize(7).allMatch(Figures.Law::held);
    }
  }

  /// A house with a reserve, a seller with a film, and somebody who wants it.
  private Shopper open(MortalNode node, Api operator) throws Exception {
    node.appoint(operator.get("/node").path("networks").path(0).path("house").asString());
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
    return new Shopper(person(operator, "ada"), node.outside, offering.required("id").asString());
  }

  private static Api person(Api door, String name) {
    var password = UUID.randomUUID().toString();
    door.post("/parties", Map.of("name", name, "password", password));
    return door.as(
        door.post("/session", Map.of("name", name, "password", password))
            .required("token")
            .asString());
  }

  private static int open(MortalNode node) {
    return node.number(
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
