package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.when;

import java.math.BigInteger;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Quantity;
import tally.money.Unit;

/// Channels at the door: whose they are, and what a seller reads from them.
class ChannelDoorTest extends OpenDoors {

  private static final Asset TUSD = Asset.of("TUSD/6");

  @Test
  void a_seller_reads_what_was_served_and_what_is_promised_for_it() throws Exception {
    when(road.channels(eq(ann.tenant()), eq(ann.holder()), anyInt()))
        .thenReturn(List.of(channel("0x01", "receiver"), channel("0x01", "payer")));
    var answer = send(get(port, "/api/v1/channels"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var first = json(answer).at("/items/0");
    assertThat(first.at("/promised/amount").asString()).isEqualTo("0.002000");
    assertThat(first.at("/served/count").asLong()).isEqualTo(2_097_152);
    assertThat(first.at("/service").asString()).isEqualTo("active");
  }

  @Test
  void both_sides_of_one_channel_have_places_of_their_own_in_the_list() throws Exception {
    when(road.channels(any(), any(), anyInt()))
        .thenReturn(List.of(channel("0x01", "receiver"), channel("0x01", "payer")));
    var page = json(send(get(port, "/api/v1/channels?limit=1")));
    var next = page.at("/next").asString().replace(" ", "%20");
    var rest = json(send(get(port, "/api/v1/channels?limit=1&after=" + next)));
    assertThat(rest.at("/items/0/side").asString()).isEqualTo("payer");
    assertThat(rest.at("/next").isNull()).isTrue();
  }

  @Test
  void nobody_reads_channels_without_signing_in() throws Exception {
    var answer = send(HttpRequest.newBuilder(at(port, "/api/v1/channels")));
    assertProblem(answer, 401, "sign_in_needed");
  }

  private static Views.Channel channel(String id, String side) {
    var two = new Amount(TUSD, BigInteger.valueOf(2000));
    return new Views.Channel(
        id,
        side,
        "evm",
        "open",
        "0xa",
        "0xb",
        two,
        two,
        two,
        new UUID(0, 5),
        new Quantity(Unit.BYTE, 2_097_152),
        "active");
  }
}
