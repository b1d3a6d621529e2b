package tally.custody;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tally.custody.port.Intent;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Signature;

class PolicyTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-00000000000b");
  private static final UUID CLEO = UUID.fromString("00000000-0000-4000-8000-00000000000c");
  private static final KeyRef HOUSE = new KeyRef(Tenant.HOUSE, Holder.HOUSE, "plain:1");
  private static final KeyRef PARTY =
      new KeyRef(Tenant.HOUSE, new Holder("party:" + ANNA), "plain:1");
  private static final BigInteger TEN = BigInteger.TEN;
  private static final Bytes32 ID = Bytes32.ZERO;
  private static final Address SOME = new Address("0x" + "12".repeat(20));
  private static final Signature SIGNATURE = new Signature("0x" + "01".repeat(65));
  private static final ChannelConfig CONFIG =
      new ChannelConfig(SOME, SOME, SOME, SOME, SOME, 900, ID);
  private static final ChannelId CHANNEL = new ChannelId(ID);

  /// One line an intent: the answers to the house's key, then to a party's key, each for Standing,
  /// StepUp, Operators, Flow, PayOut.
  private static final String TABLE =
      """
      Allow             missing missing missing ok      missing  never   never   never   never   never
      Fund              missing missing missing ok      missing  never   never   never   never   never
      Grant             missing missing missing ok      missing  never   never   never   never   never
      Draw              missing missing missing ok      missing  never   never   never   never   never
      Sync              missing missing missing ok      missing  never   never   never   never   never
      Recall            missing missing missing ok      missing  never   never   never   never   never
      Finish            missing missing missing ok      missing  never   never   never   never   never
      Freeze            missing missing missing ok      missing  never   never   never   never   never
      Appeal            missing missing missing ok      missing  ok      ok      missing missing missing
      Decide            missing missing ok      missing missing  never   never   never   never   never
      Reclaim           missing missing missing ok      missing  never   never   never   never   never
      Thaw              missing missing missing ok      missing  never   never   never   never   never
      Mature            missing missing missing ok      missing  never   never   never   never   never
      Release           missing missing missing missing ok       missing missing missing missing ok
      Drain             missing missing ok      missing missing  never   never   never   never   never
      Appoint           missing missing ok      missing missing  never   never   never   never   never
      Claim             missing missing missing ok      missing  ok      ok      missing missing missing
      Settle            missing missing missing ok      missing  ok      ok      missing missing missing
      Refund            missing missing missing ok      missing  ok      ok      missing missing missing
      Deposit           missing missing ok      missing missing  missing ok      missing missing missing
      InitiateWithdraw  missing missing ok      missing missing  missing ok      missing missing missing
      FinalizeWithdraw  missing missing ok      missing missing  missing ok      missing missing missing
      Transfer          missing missing ok      missing missing  missing ok      missing missing missing
      Approve           missing missing ok      missing missing  missing ok      missing missing missing
      SignVoucher       never   never   never   never   never    ok      ok      missing missing missing
      SignDraw          never   never   never   never   never    ok      ok      missing missing missing
      SignSurrender     never   never   never   never   never    ok      ok      missing missing missing
      SignRelease       never   never   never   never   never    missing missing missing missing ok
      SignAppeal        never   never   never   never   never    ok      ok      missing missing missing
      SignClaims        missing missing missing ok      missing  ok      ok      missing missing missing
      SignRefund        missing missing missing ok      missing  ok      ok      missing missing missing
      """;

  private static final Map<String, String> CODES =
      Map.of("ok", "ok", "missing", "approval_missing", "never", "policy_refused");

  private static final List<Approval> APPROVALS =
      List.of(
          standing(10),
          stepUp(ANNA, NOW),
          operators(ANNA, BERT, CLEO),
          new Approval.Flow("topup", ANNA),
          payOut(ANNA, NOW, SOME, 10));

  private static final List<Intent> INTENTS =
      List.of(
          new Intent.Allow(TEN),
          new Intent.Fund(TEN),
          new Intent.Grant(SOME, ID, TEN, NOW),
          new Intent.Draw(CONFIG, TEN, SIGNATURE),
          new Intent.Sync(CONFIG),
          new Intent.Recall(CONFIG, TEN),
          new Intent.Finish(CONFIG),
          new Intent.Freeze(SOME, ID, ID),
          new Intent.Appeal(SOME, ID, Optional.of(SIGNATURE)),
          new Intent.Decide(SOME, ID, true),
          new Intent.Reclaim(SOME, ID, TEN, Optional.empty()),
          new Intent.Thaw(SOME, ID),
          new Intent.Mature(SOME, ID),
          new Intent.Release(SOME, SOME, TEN, SIGNATURE),
          new Intent.Drain(TEN),
          new Intent.Appoint(SOME, SOME, TEN),
          new Intent.Claim(List.of(), Optional.empty()),
          new Intent.Settle(SOME, SOME),
          new Intent.Refund(CONFIG, TEN, TEN, Optional.empty()),
          new Intent.Deposit(CONFIG, TEN, SOME, "0x"),
          new Intent.InitiateWithdraw(CONFIG, TEN),
          new Intent.FinalizeWithdraw(CONFIG),
          new Intent.Transfer(SOME, SOME, TEN),
          new Intent.Approve(SOME, SOME, TEN),
          new Intent.SignVoucher(CHANNEL, TEN),
          new Intent.SignDraw(CHANNEL, TEN),
          new Intent.SignSurrender(ID, TEN),
          new Intent.SignRelease(SOME, TEN),
          new Intent.SignAppeal(ID, NOW),
          new Intent.SignClaims(List.of()),
          new Intent.SignRefund(CHANNEL, TEN, TEN));

  @Test
  void every_key_signs_just_what_the_table_says_by_just_that_word() {
    var wanted = new ArrayList<String>();
    var found = new ArrayList<String>();
    for (var line : TABLE.lines().toList()) {
      var words = line.trim().split(" +");
      var intent =
          INTENTS.stream()
              .filter(i -> i.getClass().getSimpleName().equals(words[0]))
              .findAny()
              .orElseThrow();
      for (int column = 0; column < 10; column++) {
        var key = column < 5 ? HOUSE : PARTY;
        var approval = APPROVALS.get(column % 5);
        var cell = words[0] + " " + key.holder() + " " + approval.getClass().getSimpleName() + " ";
        wanted.add(cell + CODES.get(words[1 + column]));
        found.add(cell + judge(key, intent, approval));
      }
    }
    assertThat(found).isEqualTo(wanted);
  }

  @Test
  void the_table_names_every_intent() {
    var kinds =
        Arrays.stream(Intent.class.getPermittedSubclasses())
            .flatMap(kind -> Arrays.stream(kind.getPermittedSubclasses()))
            .map(Class::getSimpleName)
            .collect(Collectors.toSet());
    assertThat(TABLE.lines().map(line -> line.trim().split(" +")[0]))
        .containsExactlyInAnyOrderElementsOf(kinds);
  }

  @Test
  void a_voucher_or_draw_above_the_agreed_ceiling_is_refused() {
    assertThat(judge(PARTY, new Intent.SignVoucher(CHANNEL, TEN), standing(10))).isEqualTo("ok");
    assertThat(judge(PARTY, new Intent.SignVoucher(CHANNEL, TEN), standing(9)))
        .isEqualTo("above_ceiling");
    assertThat(judge(PARTY, new Intent.SignDraw(CHANNEL, TEN), standing(10))).isEqualTo("ok");
    assertThat(judge(PARTY, new Intent.SignDraw(CHANNEL, TEN), standing(9)))
        .isEqualTo("above_ceiling");
  }

  @ParameterizedTest
  @CsvSource({"0, ok", "300, ok", "301, approval_expired", "-30, ok", "-31, approval_expired"})
  void a_proof_serves_for_five_minutes(long age, String answer) {
    var proof = stepUp(ANNA, NOW.minusSeconds(age));
    assertThat(judge(PARTY, new Intent.Transfer(SOME, SOME, TEN), proof)).isEqualTo(answer);
    var payOut = payOut(ANNA, NOW.minusSeconds(age), SOME, 10);
    assertThat(judge(HOUSE, new Intent.Release(SOME, SOME, TEN, SIGNATURE), payOut))
        .isEqualTo(answer);
    assertThat(judge(PARTY, new Intent.SignRelease(SOME, TEN), payOut)).isEqualTo(answer);
  }

  @Test
  void a_payout_goes_nowhere_else_and_to_no_other_total_than_was_agreed() {
    var other = new Address("0x" + "34".repeat(20));
    for (var key : List.of(HOUSE, PARTY)) {
      Intent there =
          key.equals(HOUSE)
              ? new Intent.Release(SOME, SOME, TEN, SIGNATURE)
              : new Intent.SignRelease(SOME, TEN);
      assertThat(judge(key, there, payOut(ANNA, NOW, SOME, 10))).isEqualTo("ok");
      assertThat(judge(key, there, payOut(ANNA, NOW, other, 10))).isEqualTo("policy_refused");
      assertThat(judge(key, there, payOut(ANNA, NOW, SOME, 11))).isEqualTo("above_ceiling");
      assertThat(judge(key, there, payOut(ANNA, NOW, SOME, 9))).isEqualTo("above_ceiling");
    }
    assertThat(judge(PARTY, new Intent.SignRelease(SOME, TEN), payOut(BERT, NOW, SOME, 10)))
        .isEqualTo("approval_foreign");
  }

  @Test
  void the_proof_of_one_party_signs_nothing_with_the_key_of_another() {
    var proof = stepUp(BERT, NOW);
    assertThat(judge(PARTY, new Intent.Transfer(SOME, SOME, TEN), proof))
        .isEqualTo("approval_foreign");
    assertThat(judge(PARTY, new Intent.SignVoucher(CHANNEL, TEN), proof))
        .isEqualTo("approval_foreign");
  }

  @Test
  void two_operators_beside_the_asker_must_agree() {
    var drain = new Intent.Drain(TEN);
    assertThat(judge(HOUSE, drain, operators(ANNA, BERT))).isEqualTo("approvers_missing");
    assertThat(judge(HOUSE, drain, operators(ANNA, BERT, BERT))).isEqualTo("approvers_missing");
    assertThat(judge(HOUSE, drain, operators(ANNA, BERT, ANNA))).isEqualTo("approvers_missing");
    assertThat(judge(HOUSE, drain, operators(ANNA, BERT, CLEO))).isEqualTo("ok");
    assertThat(judge(HOUSE, drain, operators(ANNA, BERT, CLEO, ANNA))).isEqualTo("ok");
  }

  @Test
  void the_house_sends_no_appeal_that_the_user_did_not_sign() {
    var flow = new Approval.Flow("chargeback", ANNA);
    assertThat(judge(HOUSE, new Intent.Appeal(SOME, ID, Optional.empty()), flow))
        .isEqualTo("policy_refused");
  }

  private static String judge(KeyRef key, Intent intent, Approval approval) {
    return Policy.judge(key, intent, approval, NOW).map(Signing.Refused::code).orElse("ok");
  }

  private static Approval standing(long ceiling) {
    return new Approval.Standing(ANNA, BigInteger.valueOf(ceiling));
  }

  private static Approval payOut(UUID party, Instant at, Address to, long total) {
    return new Approval.PayOut(stepUp(party, at), to, BigInteger.valueOf(total));
  }

  private static Approval.StepUp stepUp(UUID party, Instant at) {
    return new Approval.StepUp(party, CLEO, "passkey", at);
  }

  private static Approval operators(UUID asker, UUID... approvers) {
    return new Approval.Operators(asker, List.of(approvers), "a test", NOW);
  }
}
