package tally.network.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tally.x402.Abi;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;

class WordsTest {

  private static final Address SOMEBODY = new Address("0x" + "5b".repeat(20));

  private static String hex(Abi.Value... values) {
    return Hex.of(Abi.encode(values));
  }

  @Test
  void values_are_read_as_they_were_written() {
    var most = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
    var words = Words.of(hex(Abi.word(most), Abi.word(SOMEBODY), Abi.word(99), Abi.word(1)), 4);
    assertThat(words.units(0)).isEqualTo(most);
    assertThat(words.address(1)).isEqualTo(SOMEBODY);
    assertThat(words.time(2).getEpochSecond()).isEqualTo(99);
    assertThat(words.flag(3)).isTrue();
    assertThat(words.bytes(3).hex()).endsWith("01");
  }

  @Test
  void a_value_that_its_type_does_not_hold_is_refused() {
    var words = Words.of(hex(Abi.word(BigInteger.ONE.shiftLeft(200)), Abi.word(2)), 2);
    assertThatThrownBy(() -> words.units(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> words.address(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> words.seconds(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> words.flag(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> words.units(2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void more_or_fewer_words_than_were_asked_for_are_refused() {
    for (var wrong : List.of("0x", "0x00", hex(Abi.word(1)), hex(Abi.word(1)) + "00")) {
      assertThatThrownBy(() -> Words.of(wrong, 2)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void pieces_come_apart_as_they_were_put_together() {
    var one = Abi.encode(Abi.word(7));
    var two = Abi.encode(Abi.word(8), Abi.word(9));
    var hex = hex(Abi.array(List.of(Abi.blob(one), Abi.blob(two))));
    var pieces = Words.pieces(hex, List.of(1, 2));
    assertThat(pieces.get(0).units(0)).isEqualTo(BigInteger.valueOf(7));
    assertThat(pieces.get(1).units(1)).isEqualTo(BigInteger.valueOf(9));
    assertThatThrownBy(() -> Words.pieces(hex, List.of(1))).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> Words.pieces(hex, List.of(2, 1))).isInstanceOf(RuntimeException.class);
  }

  /// Whatever an endpoint says, it costs no more than its own length: nothing is made as large as a
  /// number in it claims.
  @Test
  void spoilt_pieces_are_refused_and_never_anything_worse() {
    var piece = Abi.encode(Abi.word(7));
    var good = Abi.encode(Abi.array(List.of(Abi.blob(piece), Abi.blob(piece))));
    var chance = new SplittableRandom(20_261_121);
    var refusals = new ArrayList<Class<?>>();
    for (int i = 0; i < 20_000; i++) {
      var bytes = good.clone();
      for (int hits = chance.nextInt(1, 4); hits > 0; hits--) {
        bytes[chance.nextInt(bytes.length)] = (byte) chance.nextInt(256);
      }
      var cut = chance.nextInt(8) == 0 ? Arrays.copyOf(bytes, chance.nextInt(bytes.length)) : bytes;
      try {
        Words.pieces(Hex.of(cut), List.of(1, 1));
      } catch (IllegalArgumentException | ArithmeticException refused) {
        refusals.add(refused.getClass());
      }
    }
    assertThat(refusals).hasSizeGreaterThan(1_000);
  }

  @Test
  void a_log_is_known_by_its_shape() {
    var topic = Abi.topic("Thawed(address,bytes32)");
    var user = Bytes32.of(Abi.encode(Abi.word(SOMEBODY)));
    var good = told(List.of(topic, user, Bytes32.ZERO), "0x");
    assertThat(VaultLogs.events(List.of(good))).hasSize(1);
    assertThat(VaultLogs.events(List.of(told(List.of(Bytes32.ZERO), "0x")))).isEmpty();
    for (var wrong :
        List.of(
            told(List.of(topic, user), "0x"),
            told(List.of(topic, user, Bytes32.ZERO), hex(Abi.word(1))),
            told(List.of(topic, new Bytes32("0x" + "ff".repeat(32)), Bytes32.ZERO), "0x"))) {
      assertThatThrownBy(() -> VaultLogs.events(List.of(wrong)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static EvmWire.Told told(List<Bytes32> topics, String data) {
    return new EvmWire.Told(1, Bytes32.ZERO, 0, SOMEBODY, topics, data);
  }
}
