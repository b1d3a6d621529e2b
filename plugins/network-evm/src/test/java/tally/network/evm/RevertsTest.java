package tally.network.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tally.x402.Abi;
import tally.x402.Hex;

class RevertsTest {

  private static String name(byte[] data) {
    return Reverts.ours().name(Hex.of(data));
  }

  @Test
  void our_errors_have_names() {
    assertThat(name(Abi.call("Short(uint256)", Abi.word(7)))).isEqualTo("Short");
    assertThat(name(Abi.call("OutOfTurn(uint8)", Abi.word(2)))).isEqualTo("OutOfTurn");
    assertThat(name(Abi.call("NotYours()"))).isEqualTo("NotYours");
    assertThat(name(Abi.call("WithdrawDelayNotElapsed()"))).isEqualTo("WithdrawDelayNotElapsed");
    assertThat(name(Abi.call("CallerIsNotPayee(address,address)"))).isEqualTo("CallerIsNotPayee");
    assertThat(name(Abi.call("Panic(uint256)", Abi.word(17)))).isEqualTo("Panic");
  }

  @Test
  void a_text_is_told_and_a_strangers_error_by_its_selector() {
    var text = Abi.blob("paused for\nnow".getBytes(StandardCharsets.UTF_8));
    assertThat(name(Abi.call("Error(string)", text))).isEqualTo("paused for now");
    assertThat(name(Abi.selector("Strange()"))).isEqualTo(Hex.of(Abi.selector("Strange()")));
  }

  @Test
  void what_says_nothing_is_reverted() {
    assertThat(Reverts.ours().name("")).isEqualTo("reverted");
    assertThat(Reverts.ours().name("0x")).isEqualTo("reverted");
    assertThat(name(Abi.selector("Error(string)"))).isEqualTo("reverted");
    var endless = Abi.call("Error(string)", Abi.word(32), Abi.word(BigInteger.ONE.shiftLeft(255)));
    assertThat(name(endless)).isEqualTo("reverted");
  }
}
