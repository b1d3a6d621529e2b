package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.FlowFixtures.aPurchase;

import java.net.URI;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.Schemas;
import tally.TestDatabase;
import tally.flow.Begin;
import tally.flow.FlowId;
import tally.flow.Kind;
import tally.flow.Purchase;
import tally.flow.TopUp;
import tally.money.Derived;
import tally.money.Tenant;

/// What an older version of the node has stored.
class OlderFlowsTest {

  private TestDatabase database;
  private JdbcFlows flows;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    flows = new JdbcFlows(database.jdbc(), database.transactions());
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void a_purchase_begun_before_purchases_used_own_power_goes_on_and_used_none() {
    database.jdbc().sql("drop schema flow cascade").update();
    Flyway.configure()
        .dataSource(database.source())
        .schemas("flow")
        .locations("classpath:db/migration/flow")
        .target("8")
        .load()
        .migrate();
    var data = aPurchase("10.00", "5.00");
    var purchase = new Purchase.Accepted(data);
    flows.begin(purchase, data.buyer());
    assertThat(
            database
                .jdbc()
                .sql(
                    "update flow.flow set body = body #- '{data,own}', initial = initial #- '{data,own}'")
                .update())
        .isEqualTo(1);
    Schemas.migrate(database.source());
    assertThat(flows.find(data.tenant(), data.id()).orElseThrow().flow()).isEqualTo(purchase);
    assertThat(
            database
                .jdbc()
                .sql("select body = initial from flow.flow")
                .query(Boolean.class)
                .single())
        .isTrue();
  }

  @Test
  void a_refund_begun_before_refunds_could_wait_goes_on_and_waits_for_nobody() {
    database.jdbc().sql("drop schema flow cascade").update();
    Flyway.configure()
        .dataSource(database.source())
        .schemas("flow")
        .locations("classpath:db/migration/flow")
        .target("10")
        .load()
        .migrate();
    var refund = ApprovalsTest.aRefund("older", Optional.empty());
    flows.begin(refund, refund.data().payer());
    assertThat(
            database
                .jdbc()
                .sql(
                    "update flow.flow set body = body #- '{data,above}', initial = initial #- '{data,above}'")
                .update())
        .isEqualTo(1);
    Schemas.migrate(database.source());
    assertThat(flows.find(refund.tenant(), refund.id()).orElseThrow().flow()).isEqualTo(refund);
    assertThat(flows.begin(refund, refund.data().payer())).isInstanceOf(Begin.Already.class);
  }

  @Test
  void a_flow_that_cannot_be_read_stands_still_alone() {
    var one = aPurchase("10.00");
    flows.begin(new Purchase.Accepted(one), one.buyer());
    database.jdbc().sql("update flow.flow set body = body #- '{data,parts}'").update();
    var two =
        new TopUp.Requested(
            new TopUp.Data(
                new FlowId(Derived.id("topup")),
                Tenant.HOUSE,
                one.buyer(),
                "card",
                one.parts().getFirst().fiat(),
                URI.create("http://localhost/")));
    flows.begin(two, one.buyer());
    var carried = new ArrayList<FlowId>();
    var runner =
        new Runner(
            flows,
            taken -> {
              carried.add(taken.flow());
              return Optional.empty();
            },
            Runner.Settings.USUAL,
            Runner.Fate.KIND);
    for (int round = 0; round < 5; round++) {
      runner.step();
      runner.carry();
    }
    assertThat(carried).containsExactly(two.id());
    assertThat(
            database
                .jdbc()
                .sql("select id from flow.flow where stalled is not null")
                .query(UUID.class)
                .list())
        .containsExactly(one.id().value());
    assertThat(flows.list(Tenant.HOUSE, Kind.PURCHASE, Optional.empty(), 10)).isEmpty();
    assertThat(flows.list(Tenant.HOUSE, Kind.TOP_UP, Optional.empty(), 10)).hasSize(1);
  }
}
