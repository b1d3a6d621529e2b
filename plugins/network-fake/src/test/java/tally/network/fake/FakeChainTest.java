package tally.network.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.custody.port.Encoding;
import tally.custody.port.Intent;
import tally.network.port.Chain;
import tally.network.port.Chain.Broadcast;
import tally.network.port.Chain.ChainUnavailable;
import tally.plugin.Settings;
import tally.x402.Address;
import tally.x402.Keccak;
import tools.jackson.databind.JsonNode;

/// What only the fake chain does: its store, its faults, its stage methods.
class FakeChainTest {

  private static final Address ANNA = RandomMarket.address("anna");
  private static final Address CARL = RandomMarket.address("carl");

  private static Encoding.Signed pay(FakeStage stage, long nonce, long units) {
    var encoding = stage.network().encoding();
    var call = new Intent.Transfer(FakeChain.token(), CARL, BigInteger.valueOf(units));
    var fee = stage.network().chain().fee(0);
    var unsigned = encoding.encode(call, ANNA, BigInteger.valueOf(nonce), fee);
    var key = Keccak.hash("anna".getBytes(StandardCharsets.UTF_8));
    return encoding.assemble(unsigned, RandomMarket.CURVE.sign(unsigned.digest().bytes(), key));
  }

  private static BigInteger carls(FakeStage stage) {
    return stage.network().channels().orElseThrow().tokens(FakeChain.token(), CARL);
  }

  private static JsonNode state(FakeStage stage) {
    return new FakeRpc(URI.create(stage.chain().url())).ask("fake_state");
  }

  private static void copy(Path from, Path to, String tail) throws IOException {
    Files.createDirectories(to);
    Files.copy(from.resolve("chain.jsonl"), to.resolve("chain.jsonl"));
    Files.writeString(to.resolve("chain.jsonl"), tail, StandardOpenOption.APPEND);
  }

  @Test
  void a_killed_chain_comes_back_with_the_same_head_and_state(@TempDir Path folder)
      throws IOException {
    var live = folder.resolve("live");
    try (var stage = FakeStage.open(FakeStage.options().withStore(live))) {
      stage.appoint(CARL, CARL, CARL);
      stage.deal(ANNA, BigInteger.valueOf(100));
      for (int i = 0; i < 5; i++) {
        stage.network().chain().broadcast(pay(stage, i, 7).bytes());
        stage.mine(1);
      }
      stage.reorganise(2);
      stage.elapse(Duration.ofHours(3));
      var head = stage.network().chain().head();
      var state = state(stage);

      // What lies on the disk while it still runs is what a kill leaves, perhaps with half a line
      // behind it.
      copy(live, folder.resolve("killed"), "{\"is\":\"Step\",\"rew");
      var options = FakeStage.options().withStore(folder.resolve("killed"));
      for (int start = 0; start < 2; start++) {
        try (var again = FakeStage.open(options)) {
          assertThat(again.network().chain().head()).isEqualTo(head);
          assertThat(state(again)).isEqualTo(state);
        }
      }
      try (var again = FakeStage.open(options)) {
        again.mine(1);
        assertThat(again.network().chain().head().time()).isAfterOrEqualTo(head.time());
        assertThat(again.network().chain().head().parent()).isEqualTo(head.hash());
      }
    }
  }

  @Test
  void a_store_of_another_chain_is_refused(@TempDir Path folder) {
    FakeStage.open(FakeStage.options().withStore(folder)).close();
    var other = FakeStage.options().withFaults(Faults.NONE, 2).withStore(folder);
    assertThatThrownBy(() -> FakeChain.start(other)).isInstanceOf(IllegalStateException.class);
    FakeStage.open(FakeStage.options().withStore(folder)).close();
  }

  @Test
  void a_lost_answer_is_unknown_and_the_transaction_may_act() {
    try (var stage = FakeStage.open()) {
      stage.deal(ANNA, BigInteger.valueOf(100));
      var signed = pay(stage, 0, 7);
      stage.chain().loseAnswers(1);
      assertThat(
              new FakeNetworkPlugin()
                  .open(new Settings(Map.of("url", stage.chain().url())))
                  .chain()
                  .broadcast(signed.bytes()))
          .isInstanceOf(Broadcast.Unknown.class);
      stage.mine(1);
      assertThat(stage.network().chain().receipt(signed.hash())).isPresent();
      assertThat(carls(stage)).isEqualTo(7);
    }
  }

  @Test
  void a_chain_that_cannot_be_asked_says_so_and_nothing_else() {
    Chain chain;
    try (var stage = FakeStage.open()) {
      chain = stage.network().chain();
      stage.chain().unavailable(Duration.ofMinutes(10));
      assertThatThrownBy(chain::head).isInstanceOf(ChainUnavailable.class);
      assertThatThrownBy(() -> chain.broadcast(new byte[1])).isInstanceOf(ChainUnavailable.class);
      stage.chain().unavailable(Duration.ZERO);
      assertThat(chain.head().number()).isZero();
    }
    assertThatThrownBy(chain::head).isInstanceOf(ChainUnavailable.class);
  }

  @Test
  void garbage_is_no_transaction() {
    try (var stage = FakeStage.open()) {
      var chain = stage.network().chain();
      var signed = pay(stage, 0, 7).bytes();
      var spaced =
          (" " + new String(signed, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
      for (var bytes : List.of(new byte[0], "{}".getBytes(StandardCharsets.UTF_8), spaced)) {
        assertThat(chain.broadcast(bytes)).isEqualTo(new Broadcast.Rejected("bad_signature"));
      }
    }
  }

  @Test
  void a_faulty_chain_still_includes_everything_that_is_sent_again_and_once() {
    for (long seed = 1; seed <= 6; seed++) {
      for (var faults : new Faults[] {Faults.MILD, Faults.WILD}) {
        try (var stage = FakeStage.open(FakeStage.options().withFaults(faults, seed))) {
          stage.deal(ANNA, BigInteger.valueOf(100));
          assertThat(include(stage, 10)).as("%s %d", faults, seed).isLessThan(400);
          stage.mine(3);
          assertThat(state(stage).at("/tokens/" + CARL.hex()).asString())
              .as("%s %d", faults, seed)
              .isEqualTo("30");
        }
      }
    }
  }

  /// Sends each of them until all are deep; answers how many blocks it took. Nothing that was deep
  /// ever left the chain.
  private static int include(FakeStage stage, int count) {
    var chain = stage.network().chain();
    var signed = new ArrayList<Encoding.Signed>();
    for (int i = 0; i < count; i++) {
      long nonce = i;
      signed.add(patiently(() -> pay(stage, nonce, 3)));
    }
    var deep = new ArrayList<Chain.Receipt>();
    int blocks = 0;
    for (; deep.size() < count && blocks < 400; blocks++) {
      for (var one : signed) {
        boolean gone =
            patiently(() -> chain.receipt(one.hash()).isEmpty() && !chain.pending(one.hash()));
        if (gone) {
          patiently(() -> chain.broadcast(one.bytes()));
        }
      }
      stage.mine(1);
      deep.forEach(was -> assertThat(patiently(() -> chain.receipt(was.hash()))).contains(was));
      var head = patiently(chain::head).number();
      deep.clear();
      for (var one : signed) {
        patiently(() -> chain.receipt(one.hash()))
            .filter(it -> head - it.block() >= 3)
            .ifPresent(deep::add);
      }
    }
    return blocks;
  }

  /// Asks again while nobody is at home, at most twenty times.
  private static <T> T patiently(Supplier<T> question) {
    for (int i = 0; i < 20; i++) {
      try {
        return question.get();
      } catch (ChainUnavailable away) {
        assertThat(away).hasMessageContaining("away");
      }
    }
    throw new AssertionError("nobody at home, twenty times");
  }

  @Test
  void the_same_seed_misbehaves_in_the_same_way() {
    var heads = new ArrayList<Chain.Block>();
    for (int i = 0; i < 2; i++) {
      try (var stage = FakeStage.open(FakeStage.options().withFaults(Faults.WILD, 11))) {
        stage.mine(200);
        heads.add(patiently(stage.network().chain()::head));
      }
    }
    assertThat(heads.get(0)).isEqualTo(heads.get(1));
    assertThat(heads.get(0).number()).isGreaterThanOrEqualTo(200);
  }

  @Test
  void the_state_is_shown_whole_to_a_second_reader() {
    try (var stage = FakeStage.open()) {
      stage.deal(ANNA, BigInteger.valueOf(100));
      stage.appoint(CARL, ANNA, Address.ZERO);
      var state = state(stage);
      assertThat(state.at("/tokens/" + ANNA.hex()).asString()).isEqualTo("100");
      assertThat(state.at("/vault/address").asString()).isEqualTo(FakeChain.vault().hex());
      assertThat(state.at("/vault/reserve").asString()).isEqualTo("0");
      assertThat(state.at("/vault/operator").asString()).isEqualTo(ANNA.hex());
      assertThat(state.at("/block/number").asLong()).isEqualTo(2);
      assertThatThrownBy(() -> stage.appoint(ANNA, ANNA, Address.ZERO))
          .isInstanceOf(IllegalStateException.class);
      stage.appoint(CARL, ANNA, Address.ZERO);
    }
  }

  @Test
  void the_command_line_is_read_and_a_wrong_one_is_named() {
    var clock = InstantSource.fixed(FakeStage.START);
    var read =
        FakeArguments.read(
            new String[] {"--seed", "9", "--faults", "mild", "--block-millis", "50"}, clock);
    assertThat(read.seed()).isEqualTo(9);
    assertThat(read.faults()).isEqualTo(Faults.MILD);
    assertThat(read.blockInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(read.store()).isEmpty();
    assertThatThrownBy(() -> FakeArguments.read(new String[] {"--sed", "9"}, clock))
        .hasMessageContaining("--sed");
  }

  @Test
  void wrong_settings_are_named() {
    var plugin = new FakeNetworkPlugin();
    assertThatThrownBy(() -> plugin.open(new Settings(Map.of()))).hasMessageContaining("url");
    assertThatThrownBy(() -> plugin.open(new Settings(Map.of("url", "ftp://x"))))
        .hasMessageContaining("url");
    var wrong = Map.of("url", "http://127.0.0.1:1", "confirmations", "many");
    assertThatThrownBy(() -> plugin.open(new Settings(wrong)))
        .hasMessageContaining("confirmations");
  }

  @Test
  void blocks_come_by_themselves_at_their_interval() {
    var options = FakeStage.options().withBlockInterval(Duration.ofMillis(10));
    try (var stage = FakeStage.open(options)) {
      var deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (stage.network().chain().head().number() < 3) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.onSpinWait();
      }
    }
  }
}
