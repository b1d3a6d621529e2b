package tally.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tally.cli.NodeProgram;

/// Webhook to balance: the bank's signed webhooks into a running node on a constant schedule, until
/// the book shows each person's money. Goal: p99 at most 50 ms at 200 a second.
@Command(name = "webhook", description = "Webhook to balance, on a constant schedule.")
final class WebhookBench implements Callable<Integer> {

  private static final double GOAL_MILLIS = 50;

  /// How long after the last webhook its balance may come.
  private static final Duration LAST = Duration.ofSeconds(60);

  @Option(names = "--rate", defaultValue = "200", description = "A second (${DEFAULT-VALUE}).")
  int rate;

  @Option(names = "--seconds", defaultValue = "20", description = "(${DEFAULT-VALUE})")
  int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "60",
      description = "Seconds at the same rate, not counted (${DEFAULT-VALUE}).")
  int warmUp;

  @Option(
      names = "--folder",
      description = "Where the database lies while it is measured (${DEFAULT-VALUE}).")
  Path folder = Path.of(System.getProperty("java.io.tmpdir", "."));

  @Option(
      names = "--node-option",
      description = "An option of the node's JVM, such as one that records where its time goes.")
  List<String> nodeOptions = List.of();

  @Option(names = "--record", description = "Adds a line to bench/RESULTS.md.")
  boolean record;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(folder);
    var place = Files.createTempDirectory(folder, "tally-bench-");
    System.out.println(Machine.load() + " before");
    try {
      return measure(place);
    } finally {
      while (!open.isEmpty()) {
        open.pop().close();
      }
      Machine.delete(place);
    }
  }

  private int measure(Path place) throws Exception {
    var secret = HexFormat.of().formatHex(UUID.randomUUID().toString().getBytes());
    var relay = opened(new Relay());
    var bank =
        Programs.bank(
            place, "--key", "bench-key", "--secret", secret, "--webhook", "" + relay.address());
    open.push(bank.child());
    var outer = Programs.freeAddress();
    var node = Programs.node(command(place, bank.address(), outer, secret), place.resolve("log"));
    open.push(node.child());
    var source = opened(source(Programs.database(place.resolve("node"), "postgres")));
    for (var setting : List.of("server_version", "fsync", "synchronous_commit")) {
      System.out.println(setting + " = " + DurablePostgres.setting(source, setting));
    }
    var people = new TopUpsWaiting(URI.create(node.address()), JdbcClient.create(source));
    var first = people.begin(rate * warmUp);
    var watch = opened(new BalanceWatch(source));
    var deliveries = new Deliveries(rate, relay, URI.create(bank.address()));
    var to = outer.resolve("/webhooks/card");
    deliveries.pay(first, to, watch);
    watch.rest(LAST);
    // A node that is older than some minutes has this from autovacuum; a new one's plans are those
    // of empty tables.
    JdbcClient.create(source).sql("analyze").update();
    var measured = people.begin(rate * seconds);
    System.out.println(measured.size() + " top-ups wait for their payers at the bank");
    var parts = new Parts(node.child().pid(), bank.child().pid(), place.resolve("node"));
    double busy = Machine.busySeconds();
    var sent = deliveries.pay(measured, to, watch);
    double cores = (Machine.busySeconds() - busy) / (seconds + Deliveries.LEAD.toSeconds());
    int lost = watch.rest(LAST);
    var work = parts.since(measured.size());
    var peer = peer(place, source, secret, measured, deliveries);
    var stages = new Stages(JdbcClient.create(source));
    var counted =
        sent.stream()
            .filter(one -> watch.seen(one.topUp().account()) != 0 && !stages.early(one))
            .toList();
    var time =
        counted.stream().mapToLong(one -> watch.seen(one.topUp().account()) - one.due()).toArray();
    return report(
        new Outcome(
            Quantiles.of(time),
            stages.of(counted),
            peer,
            work,
            cores,
            sent.size() - lost - counted.size(),
            (int) sent.stream().filter(Deliveries.Delivery::late).count(),
            lost,
            Stream.of(first, measured)
                .flatMap(List::stream)
                .mapToLong(TopUpsWaiting.Waiting::units)
                .sum(),
            people.balances()));
  }

  /// @param work processor time of each webhook, which is the same however busy the machine is
  /// @param early webhooks whose payment the node knew as captured before, by its own looks; not
  ///   counted in `time`
  /// @param late webhooks that the bank told of later than planned, so that they were sent later
  /// @param captured cents, as ordered: the bank captures all that is asked for
  /// @param balances cents, by the node's API
  private record Outcome(
      Quantiles time,
      List<Stages.Stage> stages,
      Quantiles peer,
      String work,
      double cores,
      int early,
      int late,
      int lost,
      long captured,
      long balances) {
    boolean whole() {
      return lost == 0 && captured == balances;
    }
  }

  private List<String> command(Path place, String bank, URI outer, String secret) {
    var program = new NodeProgram(Programs.home());
    var command = new ArrayList<>(program.command());
    command.addAll(1, nodeOptions);
    command.addAll(
        List.of(
            "--tally.data=" + place.resolve("node"),
            "--tally.plugins=" + program.plugIns(),
            "--tally.private.port=" + Programs.freeAddress().getPort(),
            "--tally.public.port=" + outer.getPort(),
            "--tally.gateways.card.kind=fake",
            "--tally.gateways.card.settings.url=" + bank,
            "--tally.gateways.card.settings.key=bench-key",
            "--tally.gateways.card.secrets.webhook=" + secret,
            "--tally.party.topups-a-day=1000000",
            "--tally.party.topup-sums-a-day=1000000000.00 USD/2"));
    return command;
  }

  /// The same letters on the same schedule into a bare server, on the node's own PostgreSQL; from
  /// the planned time to its answer, after which the row is durable.
  private Quantiles peer(
      Path place,
      HikariDataSource source,
      String secret,
      List<TopUpsWaiting.Waiting> topUps,
      Deliveries deliveries)
      throws Exception {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("create database peer");
    }
    var database = Programs.database(place.resolve("node"), "peer");
    var peer = Programs.own(BarePeer.class, place.resolve("peer.log"), database, secret);
    try (var child = peer.child()) {
      var to = URI.create(peer.address());
      deliveries.repeat(topUps.subList(0, Math.min(topUps.size(), rate * warmUp)), to);
      return deliveries.repeat(topUps, to);
    }
  }

  private int report(Outcome outcome) throws IOException {
    var time = outcome.time();
    var peer = outcome.peer();
    System.out.printf(
        Locale.ROOT,
        "%n%d webhooks at %d a second, every %dth twice; machine busy %.1f cores%n",
        time.count(),
        rate,
        Deliveries.TWICE,
        outcome.cores());
    outcome.stages().forEach(stage -> line("  " + stage.name(), stage.time().written()));
    line("webhook to balance", time.written());
    line("a bare server, one insert", peer.written());
    var ratios =
        ratio(time.p50(), peer.p50()) + " at p50, " + ratio(time.p99(), peer.p99()) + " at p99";
    line("ratio", ratios);
    line("processor time each", outcome.work());
    line(
        "known before, not counted", outcome.early() + "; told late by the bank " + outcome.late());
    var money = "lost %d; captured %.2f USD, balances by the API %.2f USD";
    line(
        outcome.whole() ? "nothing lost or doubled" : "LOST OR DOUBLED",
        String.format(
            Locale.ROOT,
            money,
            outcome.lost(),
            outcome.captured() / 100.0,
            outcome.balances() / 100.0));
    line(
        String.format(Locale.ROOT, "goal: p99 at most %.0f ms", GOAL_MILLIS),
        time.p99() <= GOAL_MILLIS ? "met" : "missed");
    System.out.println(Machine.load() + " after");
    if (record && outcome.whole()) {
      var left = outcome.early() + " known before, " + outcome.late() + " told late";
      Results.append(
          "webhook",
          List.of(rate + "/s " + time.written() + "; x bare server " + ratios + "; " + left));
    }
    return outcome.whole() ? 0 : 1;
  }

  private static void line(String what, String figures) {
    System.out.printf("%-28s %s%n", what, figures);
  }

  private static String ratio(double ours, double theirs) {
    return String.format(Locale.ROOT, "%.1f", ours / theirs);
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  private static HikariDataSource source(String url) {
    var source = new HikariDataSource();
    source.setJdbcUrl(url);
    source.setMaximumPoolSize(4);
    return source;
  }
}
