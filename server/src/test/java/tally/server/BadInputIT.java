package tally.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tally.money.Tenant;
import tally.party.Parties;
import tally.party.Party;
import tally.x402.Address;
import tally.x402.Keccak;
import tally.x402.Settlement;

/// What a node refuses leaves no trace: neither in its book, its flows and its payments, nor at the
/// bank.
@Tag("node")
class BadInputIT {

  private static final WholeNode NODE = WholeNode.shared();
  private static Caller ann;
  private static Caller bob;
  private static Caller stranger;
  private static String shop;

  /// What Ann buys: another one's.
  private static String sold;

  private static final Map<String, UUID> MADE = new HashMap<>();

  /// Ann has money, an offering, a purchase that runs, a refund that was made and an open top-up.
  @BeforeAll
  static void ann_has_one_of_everything() {
    ann = NODE.person("ann");
    bob = NODE.person("bob");
    stranger = ofAnotherTenant();
    shop = NODE.folder("shop-" + WholeNode.part()).toString();
    ann.topUp("40.00");
    ann.orderTopUp(made("topups"), "7.00").need(201);
    ann.offer(made("offerings"), "Films", shop).need(201);
    sold = NODE.person("vera").offer(UUID.randomUUID(), "Films", shop).id();
    ann.quote(made("quotes"), sold, "5.00").need(201);
    ann.purchase(made("purchases"), id("quotes")).need(201);
    ann.refund(made("refunds"), "3.00").need(201);
    ann.awaitState("/api/v1/purchases/" + id("purchases"), "running");
    ann.awaitState("/api/v1/refunds/" + id("refunds"), "completed");
    Caller.until(
        "the pay page",
        () -> ann.get("/api/v1/topups/" + id("topups")).need(200),
        it -> it.path("action").hasNonNull("url"));
    NODE.caughtUp();
  }

  private static UUID made(String kind) {
    return MADE.computeIfAbsent(kind, _ -> UUID.randomUUID());
  }

  private static String id(String kind) {
    return made(kind).toString();
  }

  private static Caller ofAnotherTenant() {
    var parties = NODE.bean(Parties.class);
    var tenant = new Tenant("reseller");
    parties.admit(tenant);
    var party =
        new Party(
            new Party.Id(UUID.randomUUID()),
            tenant,
            "sam-" + WholeNode.part(),
            Set.of(Party.Role.PERSON));
    parties.register(party, "a long enough password");
    return switch (parties.signIn(tenant, party.name(), "a long enough password")) {
      case Parties.Entrance.Open open -> NODE.anyone().as(open.token());
      case Parties.Entrance.Refused refused -> throw new AssertionError(refused);
    };
  }

  private interface Try {
    Caller.Answer now();
  }

  private static void refused(int status, String code, Try act) {
    var before = NODE.digest();
    var answer = act.now();
    assertThat(answer.code()).as("%s", answer).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(NODE.digest()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "-5.00, USD, amount_negative",
    "0, USD, amount_zero",
    "0.00, USD, amount_zero",
    "1.005, USD, amount_too_precise",
    "99999999999999999999999999999999999999999999999999999999999999999999999999999999, USD,"
        + " amount_too_large",
    "1e3, USD, amount_malformed",
    "5.00, XYZ, asset_unknown",
  })
  void a_wrong_amount_is_refused_wherever_money_is_named(String amount, String asset, String code) {
    var money = Caller.money(amount, asset);
    var fresh = UUID.randomUUID();
    refused(
        422,
        code,
        () -> ann.post("/api/v1/topups", fresh, Map.of("amount", money, "gateway", "card")));
    refused(422, code, () -> ann.post("/api/v1/refunds", fresh, Map.of("amount", money)));
    refused(
        422,
        code,
        () -> ann.post("/api/v1/quotes", fresh, Map.of("offering", sold, "pays", money)));
    refused(
        422,
        code,
        () ->
            NODE.operator()
                .post("/api/v1/reserve", fresh, Map.of("network", "fake", "amount", money)));
  }

  @Test
  void an_unknown_gateway_and_an_amount_beyond_its_bounds_are_refused() {
    var fresh = UUID.randomUUID();
    var five = Caller.money("5.00", "USD");
    refused(
        422,
        "gateway_unknown",
        () -> ann.post("/api/v1/topups", fresh, Map.of("amount", five, "gateway", "gold")));
    refused(422, "amount_out_of_bounds", () -> ann.orderTopUp(fresh, "99999999999999.00"));
  }

  @Test
  void the_same_id_with_other_content_is_refused() {
    var other = ann.quote(UUID.randomUUID(), sold, "2.00").id();
    refused(409, "id_reused", () -> ann.orderTopUp(made("topups"), "7.01"));
    refused(409, "id_reused", () -> ann.offer(made("offerings"), "Other films", shop));
    refused(409, "id_reused", () -> ann.quote(made("quotes"), sold, "5.01"));
    refused(409, "id_reused", () -> ann.purchase(made("purchases"), other));
    refused(409, "id_reused", () -> ann.refund(made("refunds"), "3.01"));
    refused(409, "id_reused", () -> ann.refund(made("purchases"), "3.00"));
  }

  @Test
  void the_same_id_of_another_person_is_refused() {
    refused(409, "id_reused", () -> bob.orderTopUp(made("topups"), "7.00"));
    refused(409, "id_reused", () -> bob.offer(made("offerings"), "Films", shop));
    refused(409, "id_reused", () -> bob.quote(made("quotes"), sold, "5.00"));
    refused(409, "id_reused", () -> bob.purchase(made("purchases"), id("quotes")));
    refused(409, "id_reused", () -> bob.refund(made("refunds"), "3.00"));
  }

  @Test
  void the_same_content_again_is_answered_again_and_changes_nothing() {
    var before = NODE.digest();
    var again =
        List.of(
            ann.orderTopUp(made("topups"), "7.00"),
            ann.offer(made("offerings"), "Films", shop),
            ann.quote(made("quotes"), sold, "5.00"),
            ann.purchase(made("purchases"), id("quotes")),
            ann.refund(made("refunds"), "3.00"));
    assertThat(again).allMatch(Caller.Answer::replayed).allMatch(it -> it.status() == 201);
    assertThat(NODE.digest()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, topups, ''",
    "POST, topups, /look",
    "GET, purchases, ''",
    "GET, purchases, /vouchers",
    "POST, purchases, /pause",
    "POST, purchases, /resume",
    "POST, purchases, /finish",
    "GET, refunds, ''",
    "DELETE, offerings, ''",
  })
  void what_is_another_partys_or_another_tenants_is_not_found(
      String method, String kind, String act) {
    var path = "/api/v1/" + kind + "/" + id(kind) + act;
    for (var caller : List.of(bob, stranger)) {
      refused(
          404,
          "not_found",
          () ->
              switch (method) {
                case "GET" -> caller.get(path);
                case "DELETE" -> caller.delete(path);
                default -> caller.post(path, UUID.randomUUID(), Map.of());
              });
    }
  }

  @Test
  void another_partys_quote_buys_nothing() {
    var quote = ann.quote(UUID.randomUUID(), sold, "2.00").id();
    refused(404, "quote_unknown", () -> bob.purchase(UUID.randomUUID(), quote));
    refused(404, "quote_unknown", () -> stranger.purchase(UUID.randomUUID(), quote));
  }

  @Test
  void a_quote_is_used_once_and_not_after_its_time() {
    var late = ann.quote(UUID.randomUUID(), sold, "2.00");
    refused(409, "quote_used", () -> ann.purchase(UUID.randomUUID(), id("quotes")));
    var expires = Instant.parse(late.need(201).path("expires").asString());
    Caller.until("the quote expired", Instant::now, now -> now.isAfter(expires));
    refused(410, "quote_expired", () -> ann.purchase(UUID.randomUUID(), late.id()));
  }

  @Test
  void who_has_not_enough_buys_and_gets_back_nothing() {
    var quote = bob.quote(UUID.randomUUID(), sold, "2.00").id();
    refused(422, "insufficient_funds", () -> bob.purchase(UUID.randomUUID(), quote));
    refused(422, "above_refundable", () -> ann.refund(UUID.randomUUID(), "1000.00"));
    refused(
        422, "nothing_to_refund", () -> bob.post("/api/v1/refunds", UUID.randomUUID(), Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"topups", "offerings", "quotes", "purchases", "refunds"})
  void a_body_that_is_malformed_too_large_or_without_a_key_is_refused(String kind) {
    var path = "/api/v1/" + kind;
    var key = UUID.randomUUID().toString();
    refused(400, "json_malformed", () -> ann.post(path, key, "{\"amount\":"));
    refused(400, "json_malformed", () -> ann.post(path, key, "{\"surprise\":1}"));
    refused(400, "json_malformed", () -> ann.post(path, key, "[]"));
    refused(
        413,
        "body_too_large",
        () -> ann.post(path, key, "{\"title\":\"" + "x".repeat(70_000) + "\"}"));
    refused(400, "idempotency_key_missing", () -> ann.post(path, "", "{}"));
    refused(400, "idempotency_key_missing", () -> ann.post(path, "not-a-uuid", "{}"));
    refused(401, "sign_in_needed", () -> NODE.anyone().post(path, key, "{}"));
  }

  private static final long DEPOSIT = 1_000_000;
  private static OutsidePayer payer;
  private static OutsidePayer other;

  private static synchronized OutsidePayer payer() {
    if (payer == null) {
      var offering = ann.get("/api/v1/offerings/" + id("offerings")).need(200);
      payer = new OutsidePayer(NODE, offering, DEPOSIT);
      other = new OutsidePayer(NODE, offering, DEPOSIT);
      payer.pay(payer.header(20_000)).need(200);
      NODE.caughtUp();
    }
    return payer;
  }

  static Stream<Arguments> bad_vouchers() {
    var ours = payer();
    var hex = ours.sign(30_000).hex();
    var family = "invalid_batch_settlement_evm_";
    var elsewhere = new Settlement(1, Settlement.OFFICIAL);
    var foreign = new Address("0x00000000000000000000000000000000000000c0");
    var byOther = other.key();
    return Stream.of(
        Arguments.of("below the last", family + "cumulative_amount_mismatch", ours.header(19_999)),
        Arguments.of(
            "the last's amount in another signature",
            family + "voucher_signature",
            header(20_000, OutsidePayer.high(ours.sign(20_000)).hex())),
        Arguments.of(
            "above the deposit", family + "cumulative_exceeds_balance", ours.header(DEPOSIT + 1)),
        Arguments.of(
            "of another chain",
            family + "voucher_signature",
            header(30_000, ours.sign(elsewhere, 30_000, ours.key()).hex())),
        Arguments.of(
            "for another contract",
            family + "voucher_signature",
            header(
                30_000,
                ours.sign(new Settlement(OutsidePayer.HERE.chainId(), foreign), 30_000, ours.key())
                    .hex())),
        Arguments.of(
            "with a high s",
            family + "voucher_signature",
            header(30_000, OutsidePayer.high(ours.sign(30_000)).hex())),
        Arguments.of(
            "of another amount than was signed", family + "voucher_signature", header(30_001, hex)),
        Arguments.of(
            "by another signer",
            family + "voucher_signature",
            header(30_000, ours.sign(OutsidePayer.HERE, 30_000, byOther).hex())),
        Arguments.of(
            "by nobody", family + "voucher_signature", header(30_000, "0x" + "00".repeat(65))),
        Arguments.of("of another channel", family + "channel_id_mismatch", other.header(30_000)),
        Arguments.of(
            "cut short", "invalid_payload", header(30_000, hex.substring(0, hex.length() - 2))),
        Arguments.of("of no amount", "invalid_payload", ours.header(ours.channel, "-1", hex)),
        Arguments.of(
            "of 40 digits", "invalid_payload", ours.header(ours.channel, "9".repeat(40), hex)),
        Arguments.of(
            "above a uint128", "invalid_payload", ours.header(ours.channel, "9".repeat(39), hex)),
        Arguments.of("half a header", "invalid_payload", ours.header(30_000).substring(0, 100)),
        Arguments.of("no base64", "invalid_payload", "%%%"),
        Arguments.of(
            "of another version",
            "invalid_x402_version",
            java.util.Base64.getEncoder().encodeToString("{\"x402Version\":1}".getBytes())));
  }

  private static String header(long max, String signature) {
    return payer().header(payer().channel, Long.toString(max), signature);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad_vouchers")
  void a_voucher_is_not_taken(String what, String code, String header) {
    var before = payer.promised();
    refused(402, code, () -> payer.pay(header));
    assertThat(payer.promised()).as(what).isEqualTo(before).isEqualTo(20_000);
    var required = OutsidePayer.read(payer.pay(header), "PAYMENT-REQUIRED");
    assertThat(required.path("error").asString()).isEqualTo(code);
  }

  @Test
  void after_every_refusal_a_good_voucher_is_still_taken() {
    var buyer =
        new OutsidePayer(NODE, ann.get("/api/v1/offerings/" + id("offerings")).need(200), DEPOSIT);
    buyer.pay(buyer.header(10_000)).need(200);
    assertThat(buyer.pay(buyer.header(9_999)).status()).isEqualTo(402);
    buyer.pay(buyer.header(10_000)).need(200);
    buyer.pay(buyer.header(10_001)).need(200);
    assertThat(buyer.promised()).isEqualTo(10_001);
  }

  @Test
  void nobody_is_let_in_on_anothers_channel() {
    var ours = payer();
    var stolen =
        Map.of(
            "offering", id("offerings"),
            "delivery", UUID.randomUUID().toString(),
            "channelConfig", ours.words(),
            "proof",
                Map.of(
                    "channelId", ours.channel.hex(),
                    "maxClaimableAmount", "0",
                    "signature",
                        ours.sign(OutsidePayer.HERE, 0, Keccak.hash(new byte[] {1})).hex()));
    refused(
        422, "proof_refused", () -> NODE.outside().post("/peer/access", UUID.randomUUID(), stolen));
    refused(
        422,
        "proof_refused",
        () ->
            NODE.outside()
                .post(
                    "/peer/finish",
                    UUID.randomUUID(),
                    Map.of("delivery", ours.delivery.toString(), "voucher", stolen.get("proof"))));
  }
}
