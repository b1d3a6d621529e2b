package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.money.Quantity;
import tally.money.Unit;
import tally.x402.Address;
import tools.jackson.databind.JsonNode;

/// Paying at the door where a metered service answers 402.
class PayDoorTest extends OpenDoors {

  @Test
  void an_unpaid_delivery_says_how_to_pay() throws Exception {
    when(road.due(any()))
        .thenReturn(
            Optional.of(
                new Road.Due(
                    "eip155:31337",
                    BigInteger.TEN,
                    Address.ZERO,
                    Address.ZERO,
                    900,
                    Address.ZERO)));
    var path = "/pay/" + UUID.randomUUID();
    var unpaid = send(publicPost(path, "{}"));
    assertProblem(unpaid, 402, "payment_required");
    var offer = decoded(unpaid, "PAYMENT-REQUIRED");
    assertThat(offer.at("/accepts/0/scheme").asString()).isEqualTo("batch-settlement");
    assertThat(offer.at("/accepts/0/amount").asString()).isEqualTo("10");
    assertProblem(
        send(publicPost(path, "").header("PAYMENT-SIGNATURE", "?")), 402, "invalid_payload");
    var standing =
        new Road.Standing(
            BigInteger.valueOf(100), BigInteger.ONE, BigInteger.TWO, Optional.empty());
    when(road.pay(any(), any(), any()))
        .thenReturn(
            new Road.Paid.Refused(
                "invalid_batch_settlement_evm_cumulative_amount_mismatch",
                "No.",
                Optional.of(standing)));
    var stale = send(publicPost(path, "").header("PAYMENT-SIGNATURE", payment()));
    assertProblem(stale, 402, "invalid_batch_settlement_evm_cumulative_amount_mismatch");
    assertThat(
            decoded(stale, "PAYMENT-REQUIRED")
                .at("/accepts/0/extra/channelState/balance")
                .asString())
        .isEqualTo("100");
    when(road.pay(any(), any(), any()))
        .thenReturn(new Road.Paid.Taken(new Quantity(Unit.BYTE, 42), BigInteger.ONE, standing));
    var paid = send(publicPost(path, "").header("PAYMENT-SIGNATURE", payment()));
    assertThat(paid.statusCode()).isEqualTo(200);
    assertThat(decoded(paid, "PAYMENT-RESPONSE").at("/extra/claimedCount").asLong()).isEqualTo(42);
  }

  private static String payment() {
    var zero = "0x" + "0".repeat(40);
    var config =
        Map.of(
            "payer",
            zero,
            "payerAuthorizer",
            zero,
            "receiver",
            zero,
            "receiverAuthorizer",
            zero,
            "token",
            zero,
            "withdrawDelay",
            900,
            "salt",
            "0x" + "0".repeat(64));
    var voucher =
        Map.of(
            "channelId",
            "0x" + "1".repeat(64),
            "maxClaimableAmount",
            "7",
            "signature",
            "0x" + "2".repeat(130));
    var body =
        Map.of(
            "x402Version",
            2,
            "accepted",
            Map.of(),
            "payload",
            Map.of("type", "voucher", "channelConfig", config, "voucher", voucher));
    return Base64.getEncoder().encodeToString(MAPPER.writeValueAsBytes(body));
  }

  private static JsonNode decoded(HttpResponse<String> answer, String header) {
    return MAPPER.readTree(
        Base64.getDecoder().decode(answer.headers().firstValue(header).orElseThrow()));
  }
}
