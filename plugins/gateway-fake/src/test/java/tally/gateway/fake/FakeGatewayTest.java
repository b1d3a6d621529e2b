package tally.gateway.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.money.Amount;
import tally.money.Asset;
import tally.payment.port.Gateway;
import tally.payment.port.Gateway.Found;
import tally.payment.port.Gateway.RefundOutcome;
import tally.payment.port.Gateway.RefundStatus;
import tally.payment.port.Gateway.Status;
import tally.payment.port.GatewayContract;
import tally.plugin.Settings;

/// The fake gateway keeps the contract of its family, and misbehaves as it promises.
class FakeGatewayTest extends GatewayContract {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  @TempDir Path folder;

  @Override
  protected World open() {
    return new FakeWorld(bank());
  }

  private FakeBank bank() {
    return FakeBank.start(
        FakeBank.Options.of(
            "--store",
            folder.toString(),
            "--key",
            "k",
            "--secret",
            "s",
            "--soon-delay",
            "30",
            "--page-delay",
            "50"));
  }

  private static FakeGateway gateway(FakeBank bank) {
    var settings = new Settings(Map.of("url", bank.url().toString(), "key", "k", "secret", "s"));
    return new FakeGateway(FakeSettings.of(settings), InstantSource.system());
  }

  private record FakeWorld(FakeBank bank, Gateway gateway) implements World {
    FakeWorld(FakeBank bank) {
      this(bank, FakeGatewayTest.gateway(bank));
    }

    @Override
    public void pay(String object) {
      post(bank.url().resolve("/pay/" + object), "");
    }

    @Override
    public String dispute(String object) {
      var said = post(bank.url().resolve("/outside/dispute"), "{\"object\":\"" + object + "\"}");
      return FakeWire.read(said.getBytes(StandardCharsets.UTF_8)).required("dispute").stringValue();
    }

    @Override
    public void decide(String dispute, boolean won) {
      post(bank.url().resolve("/outside/dispute/" + dispute + "/decide"), "{\"won\":" + won + "}");
    }

    @Override
    public Delivery delivery(Instant now) {
      var body =
          """
          {"id":"evt_1","type":"payment.captured","at":"2026-01-01T00:00:00Z",
           "about":[{"kind":"PAYMENT","object":"pay_1"}]}
          """
              .getBytes(StandardCharsets.UTF_8);
      return new Delivery(
          body, Map.of("fake-signature", FakeWire.sign(body, "s", now.getEpochSecond())));
    }

    @Override
    public List<String> secrets() {
      return List.of("s");
    }

    @Override
    public String method() {
      return "saved-card";
    }

    @Override
    public Amount declined() {
      return usd(1005);
    }

    @Override
    public void close() {
      bank.close();
    }
  }

  private static String post(URI url, String body) {
    try {
      var request = HttpRequest.newBuilder(url).POST(BodyPublishers.ofString(body)).build();
      return HTTP.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void what_it_told_is_still_so_after_it_was_started_again() {
    String object;
    try (var bank = bank()) {
      object = gateway(bank).prepare(order(usd(1000)), "once").object();
      post(bank.url().resolve("/pay/" + object), "");
    }
    try (var bank = bank()) {
      assertThat(here(gateway(bank).lookup(object)).status()).isEqualTo(Status.CAPTURED);
      assertThatThrownBy(() -> gateway(bank).prepare(order(usd(1000)), "once"))
          .isInstanceOf(Gateway.NotSent.class);
    }
  }

  @Test
  void three_d_secure_is_a_second_step() {
    try (var bank = bank()) {
      var object = gateway(bank).prepare(order(usd(1003)), key()).object();
      post(bank.url().resolve("/pay/" + object), "");
      assertThat(here(gateway(bank).lookup(object)).status()).isEqualTo(Status.ACTION_REQUIRED);
      post(bank.url().resolve("/pay/" + object + "/secure"), "");
      var snapshot = here(gateway(bank).lookup(object));
      assertThat(snapshot.status()).isEqualTo(Status.CAPTURED);
      assertThat(snapshot.threeDSecure()).isTrue();
    }
  }

  @Test
  void an_unknown_outcome_is_found_by_the_third_look() {
    try (var bank = bank()) {
      var gateway = gateway(bank);
      var object = gateway.prepare(order(usd(1007)), key()).object();
      post(bank.url().resolve("/pay/" + object), "");
      assertThat(gateway.lookup(object)).isEqualTo(new Found.Nowhere(false));
      assertThat(gateway.lookup(object)).isEqualTo(new Found.Nowhere(false));
      assertThat(here(gateway.lookup(object)).status()).isEqualTo(Status.CAPTURED);
      assertThat(gateway.events(Optional.empty()).items()).isEmpty();
    }
  }

  @Test
  void a_lost_answer_to_the_making_is_found_by_reference() {
    try (var bank = bank()) {
      var order = order(usd(1014));
      assertThatThrownBy(() -> gateway(bank).prepare(order, key()))
          .isInstanceOf(IllegalStateException.class);
      assertThat(here(gateway(bank).lookupByReference(order.reference())).action()).isPresent();
    }
  }

  @Test
  void refunds_fail_after_success_or_wait_or_answer_nothing() {
    try (var bank = bank()) {
      var gateway = gateway(bank);
      var object = gateway.prepare(order(usd(9000)), key()).object();
      post(bank.url().resolve("/pay/" + object), "");
      var fails = UUID.randomUUID().toString();
      assertThat(gateway.refund(object, usd(1011), fails, "r", key()))
          .isInstanceOf(RefundOutcome.Taken.class);
      eventually(() ->
          gateway.lookupRefundByReference(fails).orElseThrow().status() == RefundStatus.FAILED);
      var waits = UUID.randomUUID().toString();
      gateway.refund(object, usd(1013), waits, "r", key());
      eventually(() ->
          gateway.lookupRefundByReference(waits).orElseThrow().status() == RefundStatus.COMPLETED);
      var lost = UUID.randomUUID().toString();
      var key = key();
      assertThat(gateway.refund(object, usd(1012), lost, "r", key))
          .isInstanceOf(RefundOutcome.Unknown.class);
      assertThat(gateway.refund(object, usd(1012), lost, "r", key))
          .isInstanceOf(RefundOutcome.Taken.class);
      assertThat(here(gateway.lookup(object)).refunded()).isEqualTo(usd(1013 + 1012));
    }
  }

  @Test
  void a_disputed_amount_is_disputed_by_itself_and_the_balance_says_so()
      throws IOException, InterruptedException {
    try (var bank = bank()) {
      var object = gateway(bank).prepare(order(usd(1006)), key()).object();
      post(bank.url().resolve("/pay/" + object), "");
      eventually(() -> gateway(bank).events(Optional.empty()).items().size() == 2);
      var request = HttpRequest.newBuilder(bank.url().resolve("/outside/store")).build();
      var store = FakeWire.read(HTTP.send(request, BodyHandlers.ofByteArray()).body());
      assertThat(store.path("balance").path(0).path("units").asInt()).isEqualTo(-1500);
      assertThat(store.path("payments").path(0).path("amount").asInt()).isEqualTo(1006);
      assertThat(store.path("disputes").path(0).path("status").asString()).isEqualTo("OPENED");
    }
  }

  @Test
  void nobody_is_served_without_the_key() {
    try (var bank = bank()) {
      var settings = new Settings(Map.of("url", bank.url().toString(), "key", "other"));
      assertThat(new FakeGateway(FakeSettings.of(settings), InstantSource.system()).probe())
          .contains("key_wrong");
    }
  }

  @Test
  void behaviour_goes_by_the_first_two_decimals() {
    assertThat(Behaviour.of(Amount.of(Asset.of("BHD/3"), 1_050))).isEqualTo(Behaviour.DECLINED);
    assertThat(Behaviour.of(Amount.of(Asset.of("USD/2"), 1_005))).isEqualTo(Behaviour.DECLINED);
    assertThat(Behaviour.of(Amount.of(Asset.of("JPY/0"), 1_005))).isEqualTo(Behaviour.WELL);
  }

  @Test
  void an_unreachable_bank_is_provably_not_reached() {
    var bank = bank();
    var gateway = gateway(bank);
    bank.close();
    assertThatThrownBy(() -> gateway.prepare(order(usd(1000)), key()))
        .isInstanceOf(Gateway.NotSent.class);
    assertThat(gateway.lookup("x")).isInstanceOf(Found.Unreachable.class);
  }
}
