package tally.flow.internal;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.custody.Encodings;
import tally.delivery.Adapters;
import tally.delivery.port.Adapter;
import tally.escrow.Settlements;
import tally.market.Peers;
import tally.network.Chains;
import tally.network.port.Chain.ChainUnavailable;
import tally.payment.Gateways;
import tally.payment.PaymentSettings;
import tally.plugin.NetworkPlugin.Network;
import tally.plugin.Settings;
import tally.treasury.Vaults;

/// One node: every room, wired as in a server, without a thread of its own.
final class CrashNode implements AutoCloseable {

  /// How long a lost command stays with the Runner that is no more.
  private static final Duration LEASE = Duration.ofMillis(150);

  private static final int STEPS_A_TURN = 50;

  private final AnnotationConfigApplicationContext context;
  private final Adapter adapter = new tally.adapter.fake.FakePlugin().open(new Settings(Map.of()));
  private final List<Worker> workers;
  private Runner runner;
  private boolean lost;

  /// What a node finds where it starts.
  ///
  /// @param folder shared by the nodes of a world, each with a data folder of its own in it
  record Around(
      Path folder,
      DataSource source,
      URI bank,
      Network network,
      Peers nextDoor,
      InstantSource clock) {}

  /// The Runner is gone, as if its node had been.
  static final class Lost extends Error {
    private static final long serialVersionUID = 1;

    Lost(String where) {
      super(where);
    }
  }

  CrashNode(String name, Around around, Runner.Fate fate, Map<String, Object> settings) {
    var all = new HashMap<String, Object>(settings);
    all.put("tally.node", name);
    all.put("tally.data", around.folder().resolve(name).toString());
    all.put("tally.custody.kek", around.folder().resolve("kek.json").toString());
    all.put("tally.treasury.secret-file", around.folder().resolve("treasury.secret").toString());
    all.put("tally.treasury.look", "20ms");
    this.context = wire(around, all);
    this.workers =
        context.getBeanProvider(Worker.class).orderedStream().filter(CrashNode::ticked).toList();
    this.runner = runner(fate);
  }

  /// The context's own Runner rests, since the test has one of its own; who rests for long has
  /// nothing to do with the stories.
  private static boolean ticked(Worker worker) {
    return !Set.of("flows", "commands").contains(worker.name())
        && worker.pause().compareTo(Duration.ofSeconds(10)) < 0;
  }

  private AnnotationConfigApplicationContext wire(Around around, Map<String, Object> settings) {
    var network = around.network();
    var gateway =
        new tally.gateway.fake.FakePlugin()
            .open(new Settings(Map.of("url", around.bank().toString(), "key", "key")));
    var made = new AnnotationConfigApplicationContext();
    made.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
    made.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
    made.registerBean(JdbcClient.class, () -> JdbcClient.create(around.source()));
    made.registerBean(
        PlatformTransactionManager.class, () -> new DataSourceTransactionManager(around.source()));
    made.registerBean(
        TransactionTemplate.class,
        () -> new TransactionTemplate(made.getBean(PlatformTransactionManager.class)));
    made.registerBean(InstantSource.class, around::clock);
    made.registerBean(PaymentSettings.class, () -> PaymentSettings.quick(Duration.ofMillis(10)));
    made.registerBean(Gateways.class, () -> new Gateways(Map.of("card", gateway), Map.of()));
    made.registerBean(Chains.class, () -> new Chains(Map.of(CrashWorld.NETWORK, network.chain())));
    made.registerBean(
        Encodings.class, () -> new Encodings(Map.of(CrashWorld.NETWORK, network.encoding())));
    made.registerBean(
        Vaults.class, () -> new Vaults(Map.of(CrashWorld.NETWORK, network.grants().orElseThrow())));
    made.registerBean(Settlements.class, () -> settlements(network));
    made.registerBean(
        Adapters.class,
        () -> new Adapters(Map.of("fake", adapter)),
        bean -> bean.setDestroyMethodName(""));
    made.registerBean("nextDoor", Peers.class, around::nextDoor, bean -> bean.setPrimary(true));
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
    return made;
  }

  private static Settlements settlements(Network network) {
    return new Settlements(
        List.of(
            Settlements.Place.of(
                CrashWorld.NETWORK,
                network.channels().orElseThrow(),
                Set.of(network.grants().orElseThrow().facts().token()))));
  }

  private Runner runner(Runner.Fate fate) {
    return new Runner(
        bean(JdbcFlows.class), bean(Carrier.class), Runner.Settings.USUAL.leased(LEASE), fate);
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /// Whether fate struck.
  boolean lost() {
    return lost;
  }

  /// Every worker does what there is to do for it.
  void turn() {
    for (int step = 0; step < STEPS_A_TURN && step(); step++) {}
    workers.forEach(CrashNode::tick);
  }

  /// Whoever finds no chain is asked again in the next turn, as in a node.
  private static void tick(Worker worker) {
    try {
      worker.tick();
    } catch (ChainUnavailable laterThen) {
      return;
    }
  }

  private boolean step() {
    try {
      return runner.step() + runner.carry() > 0;
    } catch (Lost _) {
      lost = true;
      runner = runner(Runner.Fate.KIND);
      return true;
    }
  }

  /// What it serves breaks off.
  void hangUp() {
    adapter.close();
  }

  @Override
  public void close() {
    context.close();
    adapter.close();
  }
}
