package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.flow.Begin;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.TopUps;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;
import tally.party.Allowances;
import tally.party.Velocity;
import tally.payment.Alarms;
import tally.payment.Gateways;
import tally.payment.PaymentSettings;
import tally.payment.Payments;
import tally.payment.port.Gateway;

class TopUpsTest {

  private static final Asset USD = Asset.of("USD/2");
  private static final Holder ADA = new Holder("party:ada");
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private TestDatabase database;
  private TopUps topUps;

  /// Counts in memory.
  private static final class Counted implements Allowances.Store {
    private final Map<UUID, Amount> all = new HashMap<>();

    @Override
    public <T> T alone(Tenant tenant, Holder holder, Supplier<T> work) {
      return work.get();
    }

    @Override
    public boolean counted(Tenant tenant, UUID id) {
      return all.containsKey(id);
    }

    @Override
    public Velocity.Used used(Tenant tenant, Holder holder, Asset asset, Instant since) {
      return new Velocity.Used(
          all.size(), all.values().stream().reduce(Amount.zero(asset), Amount::plus));
    }

    @Override
    public void count(Tenant tenant, Holder holder, UUID id, Amount amount, Instant at) {
      all.put(id, amount);
    }
  }

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    var facts =
        new Gateway.Facts(
            "stub",
            true,
            Set.of(),
            List.of(new Gateway.Currency(USD, usd(1), usd(1_000_000))),
            Duration.ofDays(1),
            Duration.ofDays(1),
            Duration.ofDays(1),
            Gateway.WebhookProof.HMAC);
    var payments =
        new Payments(
            stub(Payments.Store.class, List.of()),
            new Gateways(Map.of("card", stub(Gateway.class, facts)), Map.of()),
            new Alarms(stub(Alarms.Store.class, List.of()), () -> NOW),
            PaymentSettings.normal(),
            () -> NOW,
            List.of());
    topUps =
        new TopUps(
            new Flows(new JdbcFlows(database.jdbc(), database.transactions())),
            payments,
            new Allowances(new Counted(), new Velocity(2, Map.of()), () -> NOW));
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private static <T> T stub(Class<T> type, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, _, _) -> answer));
  }

  private static Amount usd(long units) {
    return Amount.of(USD, units);
  }

  private Begin begin(int number, long units, String back) {
    return topUps.begin(
        Tenant.HOUSE, ADA, new FlowId(new UUID(1, number)), usd(units), "card", URI.create(back));
  }

  private static String code(Begin begin) {
    return switch (begin) {
      case Begin.Begun _ -> "begun";
      case Begin.Already _ -> "already";
      case Begin.Refused(var code, _) -> code;
    };
  }

  @Test
  void who_has_used_up_his_allowance_tops_up_no_more_but_may_repeat_himself() {
    assertThat(code(begin(1, 500, "http://one/"))).isEqualTo("begun");
    assertThat(code(begin(2, 500, "http://one/"))).isEqualTo("begun");
    assertThat(code(begin(3, 500, "http://one/"))).isEqualTo("limit_reached");
    assertThat(code(begin(2, 500, "http://one/"))).isEqualTo("already");
  }

  @Test
  void a_repetition_is_the_first_wherever_the_payer_comes_back_to_and_other_content_is_refused() {
    begin(1, 500, "http://one/");
    assertThat(code(begin(1, 500, "http://two/"))).isEqualTo("already");
    assertThat(code(begin(1, 501, "http://one/"))).isEqualTo("id_reused");
  }
}
