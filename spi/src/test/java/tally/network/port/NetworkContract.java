package tally.network.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tally.custody.port.Encoding.Fee;
import tally.custody.port.Intent;
import tally.network.port.Chain.Block;
import tally.network.port.Chain.Broadcast;
import tally.x402.Address;
import tally.x402.Bytes32;

/// What every network's chain must do with transactions, whatever lies behind it.
public abstract class NetworkContract extends NetworkScene {

  private Address token() {
    return stage.network().grants().orElseThrow().facts().token();
  }

  private Intent.Transfer pay(long units) {
    return new Intent.Transfer(token(), SELLER.address(), n(units));
  }

  private void assertSellerGot(long units) {
    var holds = stage.network().channels().orElseThrow().tokens(token(), SELLER.address());
    assertThat(holds).isEqualTo(n(1_000 + units));
  }

  @Test
  void a_transaction_is_included_and_becomes_final_after_its_confirmations() {
    var hash = broadcast(signed(USER, pay(5)));
    assertThat(chain.receipt(hash)).isEmpty();
    assertThat(chain.pending(hash)).isTrue();

    stage.mine(1);
    var receipt = chain.receipt(hash).orElseThrow();
    assertThat(receipt.success()).isTrue();
    assertThat(receipt.block()).isEqualTo(chain.head().number());
    assertThat(chain.pending(hash)).isFalse();
    assertSellerGot(5);

    int confirmations = chain.facts().confirmations();
    stage.mine(confirmations);
    assertThat(chain.head().number() - receipt.block()).isEqualTo(confirmations);
    assertThat(chain.receipt(hash)).contains(receipt);
  }

  @Test
  void each_block_names_its_parent_and_time_never_runs_back() {
    stage.mine(5);
    var head = chain.head();
    assertThat(chain.block(head.number())).contains(head);
    for (long number = head.number(); number > head.number() - 5; number--) {
      var block = chain.block(number).orElseThrow();
      var parent = chain.block(number - 1).orElseThrow();
      assertThat(block.parent()).isEqualTo(parent.hash());
      assertThat(block.time()).isAfterOrEqualTo(parent.time());
    }
    assertThat(chain.block(head.number() + 1)).isEmpty();
    assertThat(chain.block(0).map(Block::hash)).contains(chain.facts().genesis());
  }

  @Test
  void the_same_bytes_twice_act_once() {
    var signed = signed(USER, pay(5));
    broadcast(signed);
    broadcast(signed);
    stage.mine(1);
    assertThat(chain.broadcast(signed.bytes()))
        .isIn(new Broadcast.Accepted(), new Broadcast.Rejected("nonce_too_low"));
    stage.mine(2);
    assertSellerGot(5);
    assertThat(chain.nonce(USER.address())).isEqualTo(n(1));
  }

  @Test
  void a_gap_in_the_nonces_waits() {
    var second = broadcast(signed(USER, pay(7), n(1), chain.fee(0)));
    stage.mine(3);
    assertThat(chain.receipt(second)).isEmpty();
    assertThat(chain.pending(second)).isTrue();

    var first = broadcast(signed(USER, pay(5), n(0), chain.fee(0)));
    stage.mine(2);
    assertThat(chain.receipt(first)).isPresent();
    assertThat(chain.receipt(second)).isPresent();
    assertSellerGot(12);
  }

  @Test
  void a_low_fee_waits_and_a_bump_replaces_it_and_exactly_one_counts() {
    var fee = chain.fee(0);
    var low = broadcast(signed(USER, pay(5), n(0), fee));
    stage.feeFloor(fee.maxFee().add(n(1)));
    stage.mine(3);
    assertThat(chain.receipt(low)).isEmpty();
    assertThat(chain.pending(low)).isTrue();

    var same = signed(USER, pay(6), n(0), fee);
    assertThat(chain.broadcast(same.bytes())).isEqualTo(new Broadcast.Rejected("fee_too_low"));

    var bumped = broadcast(signed(USER, pay(5), n(0), chain.fee(1)));
    assertThat(chain.pending(low)).isFalse();
    stage.mine(1);
    assertThat(chain.receipt(bumped)).isPresent();
    assertThat(chain.receipt(low)).isEmpty();
    assertThat(chain.nonce(USER.address())).isEqualTo(n(1));
    assertSellerGot(5);
  }

  @Test
  void every_bump_is_high_enough_to_replace_the_last() {
    broadcast(signed(USER, pay(1), n(0), chain.fee(0)));
    for (int bumps = 1; bumps <= 8; bumps++) {
      broadcast(signed(USER, pay(1 + bumps), n(0), chain.fee(bumps)));
    }
    stage.mine(1);
    assertSellerGot(9);
  }

  @Test
  void a_used_nonce_and_a_forged_signature_are_surely_not_taken() {
    does(USER, pay(5));
    var late = signed(USER, pay(6), n(0), chain.fee(0));
    assertThat(chain.broadcast(late.bytes())).isEqualTo(new Broadcast.Rejected("nonce_too_low"));

    var unsigned = encoding.encode(pay(9), USER.address(), n(1), chain.fee(0));
    var forged = encoding.assemble(unsigned, STRANGER.sign(Bytes32.ZERO));
    assertThat(chain.broadcast(forged.bytes())).isInstanceOf(Broadcast.Rejected.class);
    stage.mine(2);
    assertSellerGot(5);
  }

  @Test
  void a_reorganisation_below_the_confirmations_brings_it_back() {
    var one = broadcast(signed(USER, pay(5)));
    var other = broadcast(signed(STRANGER, pay(7)));
    stage.mine(1);
    var before = chain.head();

    stage.reorganise(Math.max(1, chain.facts().confirmations() - 1));
    assertThat(chain.block(before.number()).orElseThrow().hash()).isNotEqualTo(before.hash());
    stage.mine(2);
    for (var hash : List.of(one, other)) {
      var receipt = chain.receipt(hash).orElseThrow();
      assertThat(receipt.success()).isTrue();
      assertThat(chain.block(receipt.block()).orElseThrow().hash()).isEqualTo(receipt.blockHash());
    }
    assertSellerGot(12);
  }

  @Test
  void a_dropped_transaction_leaves_the_pool_and_may_be_sent_again() {
    var signed = signed(USER, pay(5));
    broadcast(signed);
    stage.drop(signed.hash());
    assertThat(chain.pending(signed.hash())).isFalse();
    stage.mine(2);
    assertThat(chain.receipt(signed.hash())).isEmpty();

    broadcast(signed);
    stage.mine(1);
    assertThat(chain.receipt(signed.hash())).isPresent();
    assertSellerGot(5);
  }

  @Test
  void a_revert_uses_its_nonce_and_moves_nothing() {
    var receipt = act(USER, pay(1_001));
    assertThat(receipt.success()).isFalse();
    assertThat(receipt.reason()).isNotEmpty();
    assertThat(chain.nonce(USER.address())).isEqualTo(n(1));
    assertSellerGot(0);
  }

  @Test
  void encoding_is_pure() {
    var fee = new Fee(n(9), n(1), n(100_000));
    var once = encoding.encode(pay(5), USER.address(), n(3), fee);
    var again = encoding.encode(pay(5), USER.address(), n(3), fee);
    assertThat(again.bytes()).isEqualTo(once.bytes());
    assertThat(again.digest()).isEqualTo(once.digest());
    var other = encoding.encode(pay(6), USER.address(), n(3), fee);
    assertThat(other.digest()).isNotEqualTo(once.digest());
  }
}
