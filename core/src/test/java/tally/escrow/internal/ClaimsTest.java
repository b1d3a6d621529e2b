package tally.escrow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.escrow.internal.EscrowFixture.n;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tally.custody.port.Intent;
import tally.escrow.Alarm;
import tally.escrow.Alarms;
import tally.escrow.Batch;
import tally.escrow.Channel;
import tally.escrow.Wish;
import tally.money.Tenant;

/// Claims of many channels that go together, on a real database.
class ClaimsTest {

  private final EscrowFixture here = new EscrowFixture();

  @AfterEach
  void close() {
    here.close();
  }

  @Test
  void claims_of_many_channels_go_in_one_transaction_up_to_its_bound() {
    wanted(30);
    assertThat(here.claims.tick()).isEqualTo(2);
    assertThat(here.sent).extracting(order -> rows(order.intent())).containsExactly(25, 5);
    assertThat(here.wishes.list(Tenant.HOUSE, 100)).isEmpty();
    assertThat(here.claims.tick()).isZero();
  }

  @Test
  void a_smaller_bound_is_kept() {
    wanted(7);
    assertThat(here.claims(3).tick()).isEqualTo(3);
    assertThat(here.sent).extracting(order -> rows(order.intent())).containsExactly(3, 3, 1);
  }

  @Test
  void many_nodes_claim_each_channel_once() throws Exception {
    wanted(60);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < 8; i++) {
        work.add(() -> here.claims(4).tick());
      }
      for (var answer : threads.invokeAll(work)) {
        answer.get();
      }
    }
    here.claims.tick();
    var channels =
        here.sent.stream()
            .flatMap(order -> ((Intent.Claim) order.intent()).rows().stream())
            .map(row -> row.voucher().channel())
            .toList();
    assertThat(channels).hasSize(60).doesNotHaveDuplicates();
  }

  @Test
  void a_poisoned_row_is_left_out_with_its_reason_and_the_others_go() {
    var channels = wanted(5);
    var bad = channels.get(2);
    here.foreteller.poisoned.put(bad.id(), "ClaimExceedsBalance");
    here.claims.tick();
    assertThat(here.sent).hasSize(1);
    assertThat(((Intent.Claim) here.sent.getFirst().intent()).rows())
        .extracting(row -> row.voucher().channel())
        .hasSize(4)
        .doesNotContain(bad.id());
    assertThat(here.wishes.list(Tenant.HOUSE, 10))
        .singleElement()
        .satisfies(wish -> {
          assertThat(wish.channel()).isEqualTo(bad.id());
          assertThat(wish.trouble()).isEqualTo("ClaimExceedsBalance");
          assertThat(wish.tries()).isOne();
        });
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10))
        .extracting(Alarm::subject, Alarm::code)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("channel/" + bad.id(), "claim_poisoned"));
  }

  @Test
  void a_poisoned_row_is_tried_again_ever_later_and_goes_once_it_is_sound() {
    var bad = wanted(1).getFirst();
    here.foreteller.poisoned.put(bad.id(), "InvalidSignature");
    here.claims.tick();
    assertThat(here.claims.tick()).isZero();
    here.later(Wish.REST);
    assertThat(here.claims.tick()).isOne();
    here.later(Wish.REST);
    assertThat(here.claims.tick()).isZero();
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10)).hasSize(1);
    here.foreteller.poisoned.clear();
    here.later(Wish.REST);
    assertThat(here.claims.tick()).isOne();
    assertThat(here.sent).hasSize(1);
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10)).as("it has not acted yet").hasSize(1);
    here.ended(here.sent.getFirst(), true, "");
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10)).as("it ends with its cause").isEmpty();
    assertThat(here.alarms.list(Tenant.HOUSE, false, 10))
        .singleElement()
        .satisfies(kept -> {
          assertThat(kept.closedAt()).hasValue(here.now);
          assertThat(kept.closedBy()).isEmpty();
        });
  }

  @Test
  void an_operator_closes_an_alarm_once_and_says_why_and_the_matter_raises_another() {
    var bad = wanted(1).getFirst();
    here.foreteller.poisoned.put(bad.id(), "InvalidSignature");
    here.claims.tick();
    var id = here.alarms.list(Tenant.HOUSE, true, 10).getFirst().id();
    assertThat(close(id, " ")).isEqualTo("note_malformed");
    assertThat(close(new UUID(0, 1), "no such")).isEqualTo("alarm_unknown");
    assertThat(close(id, "the buyer is asked")).isEmpty();
    assertThat(close(id, "twice")).isEqualTo("alarm_closed");
    assertThat(here.alarms.list(Tenant.HOUSE, true, 10)).isEmpty();
    assertThat(here.alarms.list(new Tenant("other"), false, 10)).isEmpty();
    assertThat(here.alarms.list(Tenant.HOUSE, false, 10))
        .extracting(Alarms.Kept::note)
        .containsExactly("the buyer is asked");
    here.later(Wish.REST.multipliedBy(4));
    here.claims.tick();
    assertThat(here.alarms.list(Tenant.HOUSE, true, 10)).hasSize(1);
  }

  /// The refusal's code, or empty.
  private String close(UUID id, String note) {
    return here.alarms.close(Tenant.HOUSE, id, "oscar", note)
            instanceof Alarms.Closing.Refused(var code, var _)
        ? code
        : "";
  }

  @Test
  void a_channel_that_holds_less_than_it_promised_is_claimed_to_what_it_holds() {
    var terms = wanted(1).getFirst();
    here.chain.holds(terms.id(), 40, 0, 0);
    here.channels.accept(terms, n(1));
    here.claims.tick();
    assertThat(((Intent.Claim) here.sent.getFirst().intent()).rows().getFirst().totalClaimed())
        .isEqualTo(n(40));
  }

  @Test
  void a_batch_that_was_composed_and_never_submitted_is_given_up_and_its_rows_go_in_another() {
    var terms = wanted(1).getFirst();
    // The node is lost here.
    var lost = here.claims.compose(EscrowFixture.key(EscrowFixture.SELLER)).orElseThrow();
    assertThat(here.claims.tick()).isZero();
    here.later(Batch.LIFETIME);
    here.claims.tick();
    here.later(Wish.REST);
    here.claims.tick();
    assertThat(here.sent).hasSize(1);
    // It was only slow: it must not send now what others have sent.
    here.claims.send(lost);
    assertThat(here.sent).hasSize(1);
    assertThat(here.sent.getFirst().id()).isNotEqualTo(lost.id());
    assertThat(rows(here.sent.getFirst().intent())).isOne();
    assertThat(here.channel(terms).standing().unclaimed()).isEqualTo(n(60));
  }

  @Test
  void a_chain_that_is_away_costs_nothing_but_time() {
    wanted(2);
    here.foreteller.away = true;
    here.claims.tick();
    assertThat(here.sent).isEmpty();
    assertThat(here.wishes.list(Tenant.HOUSE, 10)).hasSize(2);
    assertThat(here.wishes.alarms(Tenant.HOUSE, 10)).isEmpty();
    here.foreteller.away = false;
    here.later(Wish.REST);
    here.claims.tick();
    assertThat(rows(here.sent.getFirst().intent())).isEqualTo(2);
  }

  @Test
  void a_batch_that_reverts_on_chain_is_claimed_anew() {
    wanted(2);
    here.claims.tick();
    here.ended(here.sent.getFirst(), false, "ClaimExceedsBalance");
    here.ended(here.sent.getFirst(), false, "ClaimExceedsBalance");
    here.later(Wish.REST);
    here.claims.tick();
    assertThat(here.sent).hasSize(2);
    assertThat(rows(here.sent.getLast().intent())).isEqualTo(2);
  }

  @Test
  void what_is_on_its_way_is_not_claimed_again_until_it_failed() {
    var terms = wanted(1).getFirst();
    here.claims.tick();
    here.ended(here.sent.getFirst(), true, "");
    // Deep enough, and the event is not yet read.
    here.channels.claim(Tenant.HOUSE, terms.id());
    assertThat(here.sent).hasSize(1);
  }

  @Test
  void a_last_claim_waits_for_none_that_is_on_its_way() {
    var terms = wanted(1).getFirst();
    here.claims.tick();
    here.channels.receive(here.voucher(terms.id(), 80));
    assertThat(here.channels.claim(Tenant.HOUSE, terms.id())).contains(n(80));
    assertThat(here.sent)
        .extracting(order -> ((Intent.Claim) order.intent()).rows().getFirst().totalClaimed())
        .containsExactly(n(60), n(80));
  }

  @Test
  void a_last_claim_and_the_refund_keep_their_order_beside_a_poisoned_channel() {
    var bad = wanted(1).getFirst();
    here.foreteller.poisoned.put(bad.id(), "ClaimExceedsBalance");
    var good = here.accepted(100, 77);
    here.channels.receive(here.voucher(good.id(), 30));
    here.channels.claim(Tenant.HOUSE, good.id());
    here.channels.refund(Tenant.HOUSE, good.id(), EscrowFixture.transaction(5));
    assertThat(here.sent).extracting(order -> order.purpose()).containsExactly("claim", "refund");
    assertThat(((Intent.Refund) here.sent.getLast().intent()).amount()).isEqualTo(n(70));
  }

  @Test
  void a_last_claim_goes_with_the_first_batch_however_many_others_wait() {
    wanted(60);
    var last = here.accepted(100, 77);
    here.channels.receive(here.voucher(last.id(), 30));
    here.channels.claim(Tenant.HOUSE, last.id());
    assertThat(here.sent).hasSize(1);
    assertThat(((Intent.Claim) here.sent.getFirst().intent()).rows())
        .extracting(row -> row.voucher().channel())
        .hasSize(25)
        .contains(last.id());
  }

  /// Channels with 60 of 100 promised, each wished to be claimed.
  private List<Channel.Terms> wanted(int channels) {
    var all = new ArrayList<Channel.Terms>();
    for (int i = 0; i < channels; i++) {
      var terms = here.accepted(100, 1000 + i);
      here.channels.receive(here.voucher(terms.id(), 60));
      here.wish(terms, Wish.Reason.VALUE);
      here.later(Duration.ofMillis(1));
      all.add(terms);
    }
    return all;
  }

  private static int rows(Intent.Call call) {
    var claimed =
        ((Intent.Claim) call)
            .rows().stream()
                .map(Intent.ClaimRow::totalClaimed)
                .reduce(BigInteger.ZERO, BigInteger::add);
    assertThat(claimed).isPositive();
    return ((Intent.Claim) call).rows().size();
  }
}
