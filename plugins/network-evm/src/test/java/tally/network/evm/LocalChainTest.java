package tally.network.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.network.port.Chain;
import tally.plugin.NetworkPlugin;
import tally.plugin.Settings;
import tally.x402.Address;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LocalChainTest {

  private static final Address HOUSE = new Address("0x" + "11".repeat(20));
  private static final BigInteger FIVE = BigInteger.valueOf(5);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @TempDir private Path folder;
  private Path anvil;

  @BeforeEach
  void findAnvil() {
    anvil = Node.anvil();
  }

  /// Whatever a test leaves running of its own folder.
  @AfterEach
  void endWhatRuns() {
    LocalNotes.read(folder)
        .flatMap(notes -> Anvil.running(notes.pid(), notes.port(), LocalChain.state(folder)))
        .ifPresent(Anvil::stop);
  }

  private LocalChain.Options options() {
    return LocalChain.Options.manual(folder, anvil);
  }

  private LocalChain start() {
    return LocalChain.start(options(), InstantSource.system());
  }

  private static NetworkPlugin.Network reached(LocalChain chain) {
    var values =
        Map.of("rpc", chain.url().toString(), "vault", chain.vault().hex(), "asset", "TUSD/6");
    return new EvmNetworkPlugin().open(new Settings(values));
  }

  private static BigInteger tokens(LocalChain chain, Address holder) {
    return reached(chain).channels().orElseThrow().tokens(chain.token(), holder);
  }

  @Test
  void a_new_chain_has_our_contracts_and_appoints_and_deals() {
    try (var chain = start()) {
      var facts = reached(chain).grants().orElseThrow().facts();
      assertThat(facts.vault()).isEqualTo(chain.vault());
      assertThat(facts.token()).isEqualTo(chain.token());
      assertThat(facts.operator()).isEqualTo(LocalChain.Options.TREASURY);
      assertThat(facts.council()).isEqualTo(LocalChain.Options.COUNCIL);
      assertThat(facts.appealWindow()).isEqualTo(Duration.ofDays(7).toSeconds());

      chain.appoint(HOUSE, HOUSE);
      chain.deal(HOUSE, FIVE);
      assertThat(reached(chain).grants().orElseThrow().facts().operator()).isEqualTo(HOUSE);
      assertThat(tokens(chain, HOUSE)).isEqualTo(FIVE);
      var limit = reached(chain).grants().orElseThrow().limit();
      assertThat(limit.daily()).isEqualTo(LocalChain.Options.NO_LIMIT);
    }
  }

  @Test
  void a_killed_chain_goes_on_from_its_state() throws Exception {
    Chain.Facts before;
    try (var chain = start()) {
      before = reached(chain).chain().facts();
      chain.deal(HOUSE, FIVE);
      awaitStateAfterNow();
      var process = ProcessHandle.of(chain.pid()).orElseThrow();
      process.destroyForcibly();
      process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
    try (var chain = start()) {
      assertThat(reached(chain).chain().facts()).isEqualTo(before);
      assertThat(tokens(chain, HOUSE)).isEqualTo(FIVE);
      chain.deal(HOUSE, FIVE);
      assertThat(tokens(chain, HOUSE)).isEqualTo(FIVE.add(FIVE));
    }
  }

  @Test
  void a_state_that_was_torn_while_it_was_written_is_the_last_whole_one() throws Exception {
    Chain.Facts before;
    try (var chain = start()) {
      before = reached(chain).chain().facts();
      chain.deal(HOUSE, FIVE);
      awaitStateAfterNow();
    }
    var state = LocalChain.state(folder);
    var whole = Files.readAllBytes(state);
    Files.write(state, java.util.Arrays.copyOf(whole, whole.length / 2));
    try (var chain = start()) {
      assertThat(reached(chain).chain().facts()).isEqualTo(before);
      assertThat(tokens(chain, HOUSE)).isEqualTo(FIVE);
    }
  }

  /// A whole state is copied each second: in the third copy stands all that was before.
  private void awaitStateAfterNow() throws IOException, InterruptedException {
    var state = KeptState.copy(LocalChain.state(folder));
    for (int written = 0; written < 3; written++) {
      var last = Files.exists(state) ? Files.getLastModifiedTime(state) : null;
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (!Files.exists(state) || Files.getLastModifiedTime(state).equals(last)) {
        assertThat(System.nanoTime()).as("the state is written").isLessThan(until);
        Thread.onSpinWait();
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  @Test
  void a_chain_killed_before_its_first_state_begins_again_as_itself() throws Exception {
    Chain.Facts before;
    Address vault;
    try (var chain = start()) {
      before = reached(chain).chain().facts();
      vault = chain.vault();
      var process = ProcessHandle.of(chain.pid()).orElseThrow();
      process.destroyForcibly();
      process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
    Files.deleteIfExists(LocalChain.state(folder));
    try (var chain = start()) {
      assertThat(reached(chain).chain().facts()).isEqualTo(before);
      assertThat(chain.vault()).isEqualTo(vault);
    }
  }

  @Test
  void a_chain_that_was_ended_keeps_all_and_its_time_never_runs_back() {
    Chain.Block head;
    URI url;
    Object told;
    try (var chain = start()) {
      chain.deal(HOUSE, FIVE);
      chain.elapse(Duration.ofDays(30));
      head = reached(chain).chain().head();
      url = chain.url();
      told = logs(chain);
    }
    try (var chain = start()) {
      assertThat(chain.url()).isEqualTo(url);
      assertThat(reached(chain).chain().head()).isEqualTo(head);
      assertThat(tokens(chain, HOUSE)).isEqualTo(FIVE);
      assertThat(logs(chain)).isEqualTo(told);
      chain.mine(1);
      assertThat(reached(chain).chain().head().time()).isAfterOrEqualTo(head.time());
    }
  }

  /// Anvil adds a block 0 at each start, and answers with any one of those it kept.
  @Test
  void a_chain_that_was_ended_many_times_still_begins_with_its_own_genesis() {
    Chain.Facts before;
    try (var chain = start()) {
      before = reached(chain).chain().facts();
    }
    for (int again = 1; again <= 6; again++) {
      var later = InstantSource.fixed(Instant.now().plusSeconds(again));
      try (var chain = LocalChain.start(options(), later)) {
        assertThat(reached(chain).chain().facts()).as("start %d", again).isEqualTo(before);
      }
    }
  }

  /// All that the token ever told.
  private static Object logs(LocalChain chain) {
    var filter = Map.of("fromBlock", "0x0", "address", chain.token().hex());
    var logs = chain.rpc().ask("eth_getLogs", filter).orElseThrow();
    assertThat((List<?>) logs).hasSize(2);
    return logs;
  }

  @Test
  void a_chain_whose_keeper_was_killed_is_taken_over_as_it_runs() throws Exception {
    var keeper = keeper("--block-seconds", "0.2");
    JsonNode facts;
    try (var said = said(keeper)) {
      assertThat(said.readLine()).startsWith("listening http://127.0.0.1:");
      facts = MAPPER.readTree(said.readLine());
      var asked = Map.of("address", HOUSE.hex(), "units", "5");
      assertThat(hands(facts, "local_deal", asked).has("result")).isTrue();
      var parties = Map.of("treasury", HOUSE.hex(), "operator", HOUSE.hex());
      assertThat(hands(facts, "local_appoint", parties).path("result").path("operator").asString())
          .isEqualTo(HOUSE.hex());
      assertThat(hands(facts, "local_nothing", Map.of()).has("error")).isTrue();
    } finally {
      keeper.destroyForcibly();
      keeper.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
    try (var chain = start()) {
      assertThat(chain.pid()).isEqualTo(facts.get("pid").asLong());
      assertThat(chain.url()).hasToString(facts.get("rpc").asString());
      assertThat(chain.vault()).isEqualTo(new Address(facts.get("vault").asString()));
      assertThat(tokens(chain, HOUSE)).isEqualTo(FIVE);
      long head = reached(chain).chain().head().number();
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (reached(chain).chain().head().number() == head) {
        assertThat(System.nanoTime()).as("its blocks go on").isLessThan(until);
      }
    }
  }

  private Process keeper(String... more) throws IOException {
    var command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LocalChain.class.getName(),
                "--folder",
                folder.toString(),
                "--anvil",
                anvil.toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static BufferedReader said(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static JsonNode hands(JsonNode facts, String method, Map<String, String> parameters)
      throws Exception {
    var body = Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", parameters);
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(facts.get("hands").asString()))
              .POST(HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body)))
              .build();
      return MAPPER.readTree(client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }
  }

  @Test
  void a_folder_has_one_chain_and_one_keeper() {
    try (var chain = start()) {
      assertThat(chain.chainId()).isEqualTo(31_337);
      assertThatThrownBy(this::start).isInstanceOf(RuntimeException.class);
    }
    var usual = options();
    var other =
        new LocalChain.Options(
            folder,
            anvil,
            0,
            84_532,
            Duration.ZERO,
            usual.terms(),
            usual.treasury(),
            usual.operator(),
            usual.council(),
            usual.dailyLimit());
    assertThatThrownBy(() -> LocalChain.start(other, InstantSource.system()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("31337");
  }

  @Test
  void the_command_line_is_read_strictly() {
    var read =
        LocalArguments.read(
            new String[] {
              "--folder", "x", "--anvil", "y", "--block-seconds", "0.25", "--chain-id", "84532"
            });
    assertThat(read.chain().blockInterval()).isEqualTo(Duration.ofMillis(250));
    assertThat(read.chain().chainId()).isEqualTo(84_532);
    assertThat(read.chain().terms()).isEqualTo(LocalChain.Terms.usual());
    for (var wrong :
        List.of(
            "--folder",
            "--anvil y",
            "--folder x --anvil y --colour red",
            "--folder x --anvil y --port 65536",
            "--folder x --anvil y --port -1",
            "--folder x --anvil y --folder z",
            "--folder x --anvil y --block-seconds 1e3",
            "--folder x --anvil y --block-seconds 4000",
            "--folder x --anvil y --council 0x12",
            "--folder x --anvil y --daily-limit -1")) {
      assertThatThrownBy(() -> LocalArguments.read(wrong.split(" ")))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Objects.requireNonNull(read.chain().folder())).hasToString("x");
  }

  @Test
  void a_node_keeps_a_chain_of_its_own_in_a_folder() {
    var settings = new Settings(Map.of("local", folder.toString(), "confirmations", "1"));
    var network = new EvmNetworkPlugin().open(settings);
    assertThat(network.real()).isTrue();
    assertThat(network.chain().facts().network()).isEqualTo("eip155:31337");
    assertThat(network.grants().orElseThrow().facts().asset().toString()).isEqualTo("TUSD/6");

    var both = new Settings(Map.of("local", folder.toString(), "rpc", "http://127.0.0.1:1"));
    assertThatThrownBy(() -> new EvmNetworkPlugin().open(both))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("setting rpc: does not go with local");
  }
}
