package tally.network.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tally.network.port.Chain.Broadcast;
import tally.network.port.Chain.ChainUnavailable;
import tally.x402.Bytes32;

class SendingTest {

  private static final Answer<Bytes32> TAKEN = new Answer.Said<>(Bytes32.ZERO);
  private static final Answer<Bytes32> AWAY = new Answer.Unreached<>("away");
  private static final Answer<Bytes32> LOST = new Answer.Lost<>("no answer");

  private static Answer<Bytes32> refused(String message) {
    return new Answer.Refused<>(message, "");
  }

  /// Geth, Erigon, Nethermind, Besu, Reth and anvil each have words of their own.
  @ParameterizedTest
  @CsvSource({
    "'nonce too low: next nonce 5, tx nonce 3', nonce_too_low",
    "OldNonce, nonce_too_low",
    "replacement transaction underpriced, fee_too_low",
    "max fee per gas less than block base fee, fee_too_low",
    "'FeeTooLow, EffectivePriorityFeePerGas too low', fee_too_low",
    "transaction underpriced: gas tip cap 0, fee_too_low",
    "insufficient funds for gas * price + value, insufficient_funds",
    "Upfront cost exceeds account balance, insufficient_funds",
    "invalid sender, bad_signature",
    "Failed to decode transaction, bad_signature",
    "invalid chain id for signer, bad_signature"
  })
  void a_refusal_is_known_by_its_words(String message, String code) {
    assertThat(Sending.of(List.of(refused(message)))).isEqualTo(new Broadcast.Rejected(code));
  }

  @ParameterizedTest
  @CsvSource({"already known", "transaction already imported", "AlreadyKnown", "known transaction"})
  void what_the_pool_had_already_is_taken(String message) {
    assertThat(Sending.of(List.of(refused(message)))).isEqualTo(new Broadcast.Accepted());
  }

  @Test
  void words_that_nobody_knows_decide_nothing() {
    assertThat(Sending.of(List.of(refused("rate limit reached"))))
        .isEqualTo(new Broadcast.Unknown("rate limit reached"));
  }

  @Test
  void one_that_took_it_is_enough() {
    assertThat(Sending.of(List.of(AWAY, LOST, refused("nonce too low"), TAKEN)))
        .isEqualTo(new Broadcast.Accepted());
  }

  @Test
  void one_that_did_not_answer_may_have_taken_it() {
    assertThat(Sending.of(List.of(refused("nonce too low"), LOST)))
        .isEqualTo(new Broadcast.Unknown("no answer"));
  }

  @Test
  void of_two_refusals_the_one_that_is_cured_sooner_counts() {
    assertThat(Sending.of(List.of(refused("nonce too low"), AWAY, refused("underpriced"))))
        .isEqualTo(new Broadcast.Rejected("fee_too_low"));
  }

  @Test
  void where_nobody_was_reached_the_chain_is_unavailable() {
    assertThatThrownBy(() -> Sending.of(List.of(AWAY, AWAY))).isInstanceOf(ChainUnavailable.class);
  }
}
