package tally.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.ADA;
import static tally.flow.FlowFixtures.HOUSE;
import static tally.flow.FlowFixtures.NOW;
import static tally.flow.FlowFixtures.aCase;
import static tally.flow.FlowFixtures.aPurchase;
import static tally.flow.FlowFixtures.flow;
import static tally.flow.FlowFixtures.reclaimed;
import static tally.flow.FlowFixtures.tusd;
import static tally.flow.FlowFixtures.usd;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.ledger.Account;
import tally.ledger.Posting;
import tally.money.Amount;
import tally.payment.Dispute;
import tally.treasury.Grant;

class ChargebackTest {

  private final Purchase.Part part = aPurchase("25.00").parts().getFirst();
  private final Chargeback.Data data =
      new Chargeback.Data(
          flow("chargeback"), HOUSE, aCase("25.00", "15.00"), ADA, part.lot(), "fake");
  private final Flow opened = new Chargeback.Opened(data);

  private static Flow play(Flow state, Signal... signals) {
    for (var signal : signals) {
      state = state.on(signal).next();
    }
    return state;
  }

  private Flow stopped(Amount frozen) {
    var ended =
        new Purchase.PartEnd(
            part.lot(), part.grant(), part.fiat(), part.tokens(), tusd("8.00"), tusd("17.00"));
    return play(
        opened,
        new Signal.Begun(),
        new Signal.LotFrozen(part.lot(), frozen),
        new Signal.PurchasesTold(List.of(flow("purchase"))),
        new Signal.PurchaseEnded(flow("purchase"), List.of(ended)));
  }

  private static List<Posting> posted(Step step) {
    return step.commands().stream()
        .filter(Command.Post.class::isInstance)
        .flatMap(command -> ((Command.Post) command).entry().postings().stream())
        .toList();
  }

  @Test
  void a_dispute_books_what_the_gateway_took_and_freezes_before_anything_else() {
    var step = opened.on(new Signal.Begun());
    assertThat(posted(step))
        .containsExactly(
            new Posting(
                new Account.DisputeHeld("card"),
                new Account.GatewayReceivable("card"),
                usd("25.00")),
            new Posting(
                new Account.GatewayFees("card"),
                new Account.GatewayReceivable("card"),
                usd("15.00")));
    assertThat(step.commands()).hasAtLeastOneElementOfType(Command.FreezeLot.class);
    assertThat(step.commands()).hasAtLeastOneElementOfType(Command.FreezeGrants.class);
    assertThat(step.commands()).hasAtLeastOneElementOfType(Command.TellPurchases.class);
  }

  @Test
  void only_what_is_unspent_is_reclaimed() {
    var step = stopped(usd("0.01")).on(new Signal.GrantsFrozen(List.of()));
    assertThat(step.commands())
        .singleElement()
        .isInstanceOfSatisfying(
            Command.ReclaimGrant.class,
            reclaim -> {
              assertThat(reclaim.rest()).isEqualTo(tusd("8.00").units());
              assertThat(reclaim.consent()).isFalse();
            });
  }

  @Test
  void a_lost_dispute_is_paid_by_what_was_frozen_and_the_rest_is_loss() {
    var held =
        play(
            stopped(Amount.zero(usd("1.00").asset())),
            new Signal.GrantsFrozen(List.of()),
            reclaimed(part, "17.00"));
    assertThat(held).isInstanceOf(Chargeback.Held.class);
    var step = held.on(new Signal.DisputeMoved(new Dispute.Lost(data.about())));
    assertThat(posted(step))
        .containsExactly(
            new Posting(
                new Account.Frozen(ADA, part.lot()), new Account.DisputeHeld("card"), usd("17.00")),
            new Posting(new Account.Loss(), new Account.DisputeHeld("card"), usd("8.00")));
    assertThat(((Chargeback.Lost) step.next()).loss()).isEqualTo(usd("8.00"));
  }

  @Test
  void a_won_dispute_frees_what_was_frozen() {
    var held =
        play(stopped(usd("3.00")), new Signal.GrantsFrozen(List.of()), reclaimed(part, "17.00"));
    assertThat(posted(held.on(new Signal.DisputeMoved(new Dispute.Won(data.about())))))
        .containsExactly(
            new Posting(
                new Account.GatewayReceivable("card"),
                new Account.DisputeHeld("card"),
                usd("25.00")),
            new Posting(
                new Account.Frozen(ADA, part.lot()),
                new Account.Available(ADA, part.lot()),
                usd("20.00")));
  }

  @Test
  void a_verdict_that_comes_early_waits_for_what_can_be_saved() {
    var early =
        play(opened, new Signal.Begun(), new Signal.DisputeMoved(new Dispute.Lost(data.about())));
    var none = early.on(new Signal.PurchasesTold(List.of()));
    var step = none.next().on(new Signal.GrantsFrozen(List.of()));
    assertThat(step.next()).isInstanceOf(Chargeback.Lost.class);
    assertThat(posted(step))
        .containsExactly(
            new Posting(new Account.Loss(), new Account.DisputeHeld("card"), usd("25.00")));
  }

  @Test
  void money_that_a_failed_refund_frees_is_frozen_until_the_verdict() {
    var held =
        play(stopped(usd("3.00")), new Signal.GrantsFrozen(List.of()), reclaimed(part, "17.00"));
    var step = held.on(new Signal.MoneyFreed(part.lot(), new UUID(0, 9)));
    assertThat(step.commands())
        .singleElement()
        .isInstanceOfSatisfying(
            Command.FreezeLot.class, freeze -> assertThat(freeze.most()).isEqualTo(usd("5.00")));
    var lost =
        play(
            step.next(),
            new Signal.LotFrozen(part.lot(), usd("5.00")),
            new Signal.DisputeMoved(new Dispute.Lost(data.about())));
    assertThat(((Chargeback.Lost) lost).loss().isZero()).isTrue();
  }

  @Test
  void what_is_frozen_after_the_verdict_makes_good_the_loss_or_is_free_again() {
    var early =
        play(stopped(usd("3.00")), new Signal.GrantsFrozen(List.of()), reclaimed(part, "17.00"));
    var late = new Signal.LotFrozen(part.lot(), usd("4.00"));
    var lost = play(early, new Signal.DisputeMoved(new Dispute.Lost(data.about())));
    assertThat(posted(lost.on(late)))
        .containsExactly(
            new Posting(new Account.Frozen(ADA, part.lot()), new Account.Loss(), usd("4.00")));
    var won = play(early, new Signal.DisputeMoved(new Dispute.Won(data.about())));
    assertThat(posted(won.on(late)))
        .containsExactly(
            new Posting(
                new Account.Frozen(ADA, part.lot()),
                new Account.Available(ADA, part.lot()),
                usd("4.00")));
  }

  @Test
  void a_won_dispute_that_is_opened_again_begins_anew_under_other_ids() {
    var won =
        play(
            stopped(usd("3.00")),
            new Signal.GrantsFrozen(List.of()),
            reclaimed(part, "17.00"),
            new Signal.DisputeMoved(new Dispute.Won(data.about())));
    var again = won.on(new Signal.DisputeMoved(new Dispute.Opened(data.about())));
    assertThat(again.next()).isInstanceOf(Chargeback.Stopping.class);
    assertThat(again.commands())
        .doesNotContainAnyElementsOf(opened.on(new Signal.Begun()).commands().subList(0, 3));
    assertThat(posted(again)).isEqualTo(posted(opened.on(new Signal.Begun())));
    var lost =
        play(
            again.next(),
            new Signal.LotFrozen(part.lot(), usd("20.00")),
            new Signal.PurchasesTold(List.of()),
            new Signal.GrantsFrozen(List.of()),
            new Signal.DisputeMoved(new Dispute.Lost(data.about())));
    assertThat(((Chargeback.Lost) lost).loss()).isEqualTo(usd("5.00"));
  }

  @Test
  void a_dispute_for_which_the_gateway_took_nothing_yet_is_paid_from_what_it_owes_us() {
    var about = data.about();
    var patient =
        new Dispute.Case(
            about.id(),
            about.tenant(),
            about.payment(),
            about.gateway(),
            about.dispute(),
            about.amount(),
            about.fee(),
            false,
            about.reason(),
            about.answerBy(),
            about.at());
    var begun =
        new Chargeback.Opened(
            new Chargeback.Data(flow("chargeback"), HOUSE, patient, ADA, part.lot(), "fake"));
    var held =
        play(
            begun,
            new Signal.Begun(),
            new Signal.PurchasesTold(List.of()),
            new Signal.GrantsFrozen(List.of()));
    var gateway = new Account.GatewayReceivable("card");
    assertThat(posted(held.on(new Signal.DisputeMoved(new Dispute.Lost(patient)))))
        .containsExactly(
            new Posting(new Account.Loss(), gateway, usd("25.00")),
            new Posting(new Account.GatewayFees("card"), gateway, usd("15.00")));
    var won = held.on(new Signal.DisputeMoved(new Dispute.Won(patient)));
    assertThat(won.next()).isInstanceOf(Chargeback.Won.class);
    assertThat(won.commands()).as("nothing was taken and nothing frozen").isEmpty();
  }

  private Flow reclaiming() {
    return play(stopped(Amount.zero(usd("1.00").asset())), new Signal.GrantsFrozen(List.of()));
  }

  private Grant.Order grant() {
    return FlowFixtures.grantOf(part);
  }

  private Signal nothingReclaimed(Grant grant, String by) {
    var transaction =
        by.equals("surrender")
            ? data.surrender(part.grant())
            : data.transaction("reclaim/" + part.grant().value());
    return new Signal.PowerReclaimed(grant, BigInteger.ZERO, transaction);
  }

  @Test
  void a_payer_may_appeal_while_something_may_be_frozen_and_the_councils_silence_is_bounded() {
    var asked = reclaiming().on(new Signal.AppealAsked());
    assertThat(asked.commands())
        .containsExactly(new Command.AppealGrants(part.lot(), 1, Optional.empty()));
    var appealed =
        asked.next().on(new Signal.GrantMoved(new Grant.Appealed(grant(), BigInteger.ZERO, NOW)));
    assertThat(appealed.commands())
        .singleElement()
        .isInstanceOfSatisfying(
            Command.EndAppeal.class, end -> assertThat(end.grant()).isEqualTo(part.grant()));
  }

  private static Appealing appeal(Flow state) {
    return ((Chargeback) state).known().orElseThrow().appeals().values().iterator().next();
  }

  @Test
  void an_appeal_that_comes_to_nothing_is_sent_again_a_few_times_and_then_said_to_have_failed() {
    var state =
        play(
            reclaiming(),
            new Signal.AppealAsked(),
            new Signal.GrantsAppealed(List.of(part.grant())));
    assertThat(appeal(state)).isEqualTo(new Appealing.Asked(1));
    var sent = new java.util.HashSet<Command>();
    for (int more = 1; more < Appealing.SENT_MAX; more++) {
      var step = state.on(new Signal.AppealFailed(part.grant(), "replaced"));
      assertThat(step.commands()).hasOnlyElementsOfType(Command.AppealGrants.class).hasSize(1);
      sent.addAll(step.commands());
      state = step.next();
    }
    assertThat(sent).as("each by a transaction of its own").hasSize(Appealing.SENT_MAX - 1);
    var last = state.on(new Signal.AppealFailed(part.grant(), "replaced"));
    assertThat(last.commands()).isEmpty();
    assertThat(appeal(last.next())).isEqualTo(new Appealing.Failed("appeal_not_taken", "replaced"));
    assertThat(last.next().on(new Signal.AppealFailed(part.grant(), "replaced")).commands())
        .isEmpty();
  }

  @Test
  void an_appeal_that_is_too_late_is_not_sent_again_and_one_that_the_chain_has_needs_no_other() {
    var asked = play(reclaiming(), new Signal.AppealAsked());
    var late = asked.on(new Signal.AppealFailed(part.grant(), "TooLate"));
    assertThat(late.commands()).isEmpty();
    assertThat(appeal(late.next()))
        .isEqualTo(new Appealing.Failed("appeal_window_over", "TooLate"));
    assertThat(appeal(play(late.next(), new Signal.GrantsAppealed(List.of(part.grant())))))
        .as("the answer that it was sent is older")
        .isInstanceOf(Appealing.Failed.class);
    var taken =
        play(asked, new Signal.GrantMoved(new Grant.Appealed(grant(), BigInteger.ZERO, NOW)));
    assertThat(appeal(taken)).isEqualTo(new Appealing.Taken());
    assertThat(taken.on(new Signal.AppealFailed(part.grant(), "OutOfTurn")).commands()).isEmpty();
  }

  @Test
  void what_the_council_gives_to_the_payer_is_his_own_and_the_house_bears_the_loss() {
    var decided =
        reclaiming().on(nothingReclaimed(new Grant.Matured(grant(), BigInteger.ZERO), "reclaim"));
    assertThat(posted(decided))
        .containsExactly(
            new Posting(
                new Account.Power(ADA, part.lot()),
                new Account.Matured(ADA, "fake"),
                tusd("17.00")));
    var lost = decided.next().on(new Signal.DisputeMoved(new Dispute.Lost(data.about())));
    assertThat(posted(lost))
        .containsExactly(
            new Posting(new Account.Loss(), new Account.DisputeHeld("card"), usd("25.00")));
  }

  @Test
  void what_the_councils_silence_leaves_to_the_payer_stays_his_where_the_dispute_is_lost() {
    var spared =
        reclaiming().on(nothingReclaimed(new Grant.Granted(grant(), BigInteger.ZERO), "reclaim"));
    assertThat(spared.commands()).isEmpty();
    assertThat(spared.next()).isInstanceOf(Chargeback.Held.class);
    var lost = spared.next().on(new Signal.DisputeMoved(new Dispute.Lost(data.about())));
    assertThat(((Chargeback.Lost) lost.next()).loss()).isEqualTo(usd("25.00"));
    var matured = new Signal.GrantMoved(new Grant.Matured(grant(), BigInteger.ZERO));
    for (var held : List.of(spared.next(), lost.next())) {
      assertThat(posted(held.on(matured)))
          .as("it is his own when it matures")
          .containsExactly(
              new Posting(
                  new Account.Power(ADA, part.lot()),
                  new Account.Matured(ADA, "fake"),
                  tusd("17.00")));
      assertThat(held.on(matured).next().on(matured).commands()).as("once").isEmpty();
    }
  }

  @Test
  void a_dispute_won_before_the_window_is_over_thaws_and_what_is_unspent_is_money_again() {
    var won = reclaiming().on(new Signal.DisputeMoved(new Dispute.Won(data.about())));
    assertThat(won.commands()).containsExactly(new Command.ThawGrants(part.lot(), 1));
    var calledOff =
        play(
            won.next(),
            new Signal.GrantsThawed(List.of(part.grant())),
            nothingReclaimed(new Grant.Frozen(grant(), BigInteger.ZERO, NOW), "reclaim"));
    assertThat(calledOff).isInstanceOf(Chargeback.Thawing.class);
    var thawed = calledOff.on(new Signal.GrantMoved(new Grant.Granted(grant(), BigInteger.ZERO)));
    assertThat(thawed.commands())
        .singleElement()
        .isInstanceOfSatisfying(
            Command.ReclaimGrant.class,
            reclaim -> {
              assertThat(reclaim.consent()).isTrue();
              assertThat(reclaim.rest()).isEqualTo(tusd("8.00").units());
            });
    var back =
        thawed
            .next()
            .on(
                new Signal.PowerReclaimed(
                    new Grant.Granted(grant(), tusd("17.00").units()),
                    tusd("17.00").units(),
                    data.surrender(part.grant())));
    assertThat(back.next()).isInstanceOf(Chargeback.Won.class);
    assertThat(posted(back))
        .contains(
            new Posting(
                new Account.Power(ADA, part.lot()), new Account.Reserve("fake"), tusd("17.00")),
            new Posting(
                new Account.Exchange(), new Account.Available(ADA, part.lot()), usd("17.00")));
  }

  @Test
  void a_reclaim_that_was_quicker_than_the_thaw_is_booked_and_freed_by_the_verdict() {
    var won =
        play(reclaiming(), new Signal.DisputeMoved(new Dispute.Won(data.about())))
            .on(reclaimed(part, "17.00"));
    assertThat(posted(won))
        .endsWith(
            new Posting(
                new Account.Frozen(ADA, part.lot()),
                new Account.Available(ADA, part.lot()),
                usd("17.00")));
  }

  @Test
  void what_silence_left_to_the_payer_is_money_again_when_the_dispute_is_won() {
    var won =
        play(reclaiming(), nothingReclaimed(new Grant.Granted(grant(), BigInteger.ZERO), "reclaim"))
            .on(new Signal.DisputeMoved(new Dispute.Won(data.about())));
    var free = won.next().on(new Signal.GrantsThawed(List.of()));
    assertThat(free.commands()).hasOnlyElementsOfType(Command.ReclaimGrant.class).hasSize(1);
    var vain =
        free.next().on(nothingReclaimed(new Grant.Granted(grant(), BigInteger.ZERO), "surrender"));
    assertThat(vain.next()).isEqualTo(free.next());
    assertThat(vain.stuck())
        .hasValueSatisfying(
            stuck -> assertThat(stuck.by()).isEqualTo(data.surrender(part.grant())));
  }

  @Test
  void a_dispute_that_is_opened_again_while_things_thaw_begins_anew_afterwards() {
    var again =
        play(
                reclaiming(),
                new Signal.DisputeMoved(new Dispute.Won(data.about())),
                new Signal.DisputeMoved(new Dispute.Opened(data.about())))
            .on(reclaimed(part, "17.00"));
    assertThat(again.next()).isInstanceOf(Chargeback.Stopping.class);
    assertThat(again.commands()).hasAtLeastOneElementOfType(Command.TellPurchases.class);
  }

  private static Signal said(Dispute dispute) {
    return new Signal.DisputeMoved(dispute);
  }

  @Test
  void a_verdict_of_the_next_round_that_comes_while_things_thaw_is_acted_upon_afterwards() {
    var about = data.about();
    var again =
        play(
                reclaiming(),
                said(new Dispute.Won(about)),
                said(new Dispute.Opened(about)),
                said(new Dispute.Lost(about)))
            .on(reclaimed(part, "17.00"));
    var lost =
        play(
            again.next(),
            new Signal.LotFrozen(part.lot(), usd("17.00")),
            new Signal.PurchasesTold(List.of()),
            new Signal.GrantsFrozen(List.of()));
    assertThat(lost).isInstanceOf(Chargeback.Lost.class);
    assertThat(((Chargeback.Lost) lost).loss()).isEqualTo(usd("8.00"));
  }

  @Test
  void every_round_that_the_bank_opens_and_closes_meanwhile_is_booked_once() {
    var about = data.about();
    var gateway = new Account.GatewayReceivable("card");
    var taken = new Posting(new Account.DisputeHeld("card"), gateway, usd("25.00"));
    var given = new Posting(gateway, new Account.DisputeHeld("card"), usd("25.00"));
    var words =
        List.of(
            said(new Dispute.Won(about)),
            said(new Dispute.Won(about)),
            said(new Dispute.Opened(about)),
            said(new Dispute.Opened(about)),
            said(new Dispute.Won(about)),
            said(new Dispute.Opened(about)));
    for (var state : List.of(opened.on(new Signal.Begun()).next(), reclaiming())) {
      var postings = new java.util.ArrayList<Posting>();
      var next = state;
      for (var signal : words) {
        var step = next.on(signal);
        next = step.next();
        postings.addAll(posted(step));
      }
      for (int turn = 0; turn < 4; turn++) {
        for (var signal :
            List.of(
                reclaimed(part, "17.00"),
                new Signal.PurchasesTold(List.of()),
                new Signal.GrantsFrozen(List.of()))) {
          var step = next.on(signal);
          next = step.next();
          postings.addAll(posted(step));
        }
      }
      assertThat(next)
          .as("the third round waits for its verdict")
          .isInstanceOf(Chargeback.Held.class);
      assertThat(((Chargeback) next).data().round()).isEqualTo(3);
      assertThat(postings.stream().filter(taken::equals)).hasSize(2);
      assertThat(postings.stream().filter(given::equals)).hasSize(2);
    }
  }

  @Test
  void a_freeze_that_did_nothing_is_sent_again_a_few_times_and_then_a_human_looks() {
    var failed = new Signal.FreezeFailed(part.grant(), "replaced");
    for (var begun : List.of(opened.on(new Signal.Begun()).next(), reclaiming())) {
      var state = begun;
      var sent = new java.util.HashSet<UUID>();
      for (int time = 1; time <= ChargebackFacts.REFROZEN_MAX; time++) {
        var step = state.on(failed);
        assertThat(step.commands())
            .singleElement()
            .isInstanceOfSatisfying(
                Command.FreezeGrant.class,
                freeze -> {
                  assertThat(freeze.grant()).isEqualTo(part.grant());
                  assertThat(sent.add(freeze.transaction().value())).as("a fresh one").isTrue();
                });
        state = step.next();
      }
      var stuck = state.on(failed).stuck().orElseThrow();
      assertThat(sent).as("a retry does the last one again").contains(stuck.by().value());
    }
  }

  @Test
  void a_freeze_that_did_nothing_is_not_sent_again_where_it_is_too_late_or_the_dispute_is_won() {
    var late = reclaiming().on(new Signal.FreezeFailed(part.grant(), "TooLate"));
    assertThat(late).isEqualTo(Step.stay(reclaiming()));
    var stopping =
        play(opened, new Signal.Begun(), new Signal.DisputeMoved(new Dispute.Won(data.about())));
    for (var won :
        List.of(
            stopping, play(reclaiming(), new Signal.DisputeMoved(new Dispute.Won(data.about()))))) {
      assertThat(won.on(new Signal.FreezeFailed(part.grant(), "replaced")))
          .isEqualTo(Step.stay(won));
    }
  }
}
