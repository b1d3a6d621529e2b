package tally.flow.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.flow.Approvals;
import tally.flow.Decision;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Refunding;
import tally.money.Holder;
import tally.money.Tenant;

/// Decisions in PostgreSQL.
final class JdbcApprovals implements Approvals.Store {

  private final JdbcClient jdbc;
  private final JdbcFlows flows;

  JdbcApprovals(JdbcClient jdbc, JdbcFlows flows) {
    this.jdbc = jdbc;
    this.flows = flows;
  }

  @Override
  public <T> T together(Supplier<T> work) {
    return flows.in(work);
  }

  @Override
  public Optional<Decision> find(Tenant tenant, UUID id) {
    return jdbc.sql("select * from flow.decision where tenant = :tenant and id = :id")
        .param("tenant", tenant.name())
        .param("id", id)
        .query((row, _) -> decision(row))
        .optional();
  }

  @Override
  public Optional<Decision> of(Tenant tenant, FlowId refund) {
    return jdbc.sql("select * from flow.decision where tenant = :tenant and flow = :flow")
        .param("tenant", tenant.name())
        .param("flow", refund.value())
        .query((row, _) -> decision(row))
        .optional();
  }

  @Override
  public List<Decision> list(Tenant tenant, int most) {
    return jdbc.sql(
            """
            select * from flow.decision where tenant = :tenant order by at desc, id limit :most
            """)
        .param("tenant", tenant.name())
        .param("most", most)
        .query((row, _) -> decision(row))
        .list();
  }

  @Override
  public List<Flows.Kept> waiting(Tenant tenant, int most) {
    return flows.undecided(tenant, Refunding.Waiting.class.getSimpleName(), most);
  }

  @Override
  public boolean write(Decision decision) {
    return jdbc.sql(
                """
                insert into flow.decision (tenant, flow, id, approved, decided_by, why, at)
                values (:tenant, :flow, :id, :approved, :by, :why, :at)
                on conflict do nothing
                """)
            .param("tenant", decision.tenant().name())
            .param("flow", decision.refund().value())
            .param("id", decision.id())
            .param("approved", decision.approved())
            .param("by", decision.by().name())
            .param("why", decision.why())
            .param("at", Timestamp.from(decision.at()))
            .update()
        == 1;
  }

  private static Decision decision(ResultSet row) throws SQLException {
    return new Decision(
        row.getObject("id", UUID.class),
        new Tenant(row.getString("tenant")),
        new FlowId(row.getObject("flow", UUID.class)),
        row.getBoolean("approved"),
        new Holder(row.getString("decided_by")),
        row.getString("why"),
        row.getTimestamp("at").toInstant());
  }
}
