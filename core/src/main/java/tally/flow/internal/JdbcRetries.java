package tally.flow.internal;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Json;
import tally.flow.Command;
import tally.flow.FlowId;
import tally.money.Derived;
import tally.money.Tenant;
import tally.network.TransactionId;

/// A human says: try again. What waits gets its full number of attempts anew; what was carried out
/// by a transaction that came to nothing is given once more, by a fresh one; what the book refused
/// is given once more as it was, since the entry's id lets it act once.
final class JdbcRetries {

  private final JdbcClient jdbc;
  private final JdbcFlows flows;

  JdbcRetries(JdbcClient jdbc, JdbcFlows flows) {
    this.jdbc = jdbc;
    this.flows = flows;
  }

  private record Stalled(long version, Optional<UUID> by, Optional<UUID> entry) {}

  /// False where it is not stalled. Call inside a transaction.
  boolean retry(Tenant tenant, FlowId id) {
    var stalled =
        jdbc.sql(
                """
                select version, stalled_by, stalled_entry from flow.flow
                where tenant = :tenant and id = :id and stalled is not null for update
                """)
            .param("tenant", tenant.name())
            .param("id", id.value())
            .query((row, _) ->
                new Stalled(
                    row.getLong("version"),
                    Optional.ofNullable(row.getObject("stalled_by", UUID.class)),
                    Optional.ofNullable(row.getObject("stalled_entry", UUID.class))))
            .optional();
    if (stalled.isEmpty()) {
      return false;
    }
    stalled.get().by().ifPresent(by -> again(tenant, id, stalled.get().version(), by));
    stalled
        .get()
        .entry()
        .flatMap(entry -> posted(tenant, id, entry))
        .ifPresent(post -> give(tenant, id, stalled.get().version() + 1, post));
    jdbc.sql(
            """
            update flow.command set attempts = 0, due_at = clock_timestamp()
            where tenant = :tenant and flow = :id and state = 'PENDING'
            """)
        .param("tenant", tenant.name())
        .param("id", id.value())
        .update();
    jdbc.sql(
            """
            update flow.flow
            set stalled = null, stalled_by = null, stalled_entry = null, version = version + 1
            where tenant = :tenant and id = :id
            """)
        .param("tenant", tenant.name())
        .param("id", id.value())
        .update();
    flows.bell.given(1);
    flows.bell.heard(1);
    return true;
  }

  /// The flow goes on to know the wish by its first transaction.
  private void again(Tenant tenant, FlowId flow, long version, UUID original) {
    long before =
        jdbc.sql(
                "select count(*) from flow.attempt where tenant = :tenant and original = :original")
            .param("tenant", tenant.name())
            .param("original", original)
            .query(Long.class)
            .single();
    var fresh = new TransactionId(Derived.id(original, "again/" + (before + 1)));
    var command = commanded(tenant, flow, original).flatMap(done -> done.again(fresh));
    if (command.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            insert into flow.attempt (tenant, transaction, original)
            values (:tenant, :transaction, :original)
            """)
        .param("tenant", tenant.name())
        .param("transaction", fresh.value())
        .param("original", original)
        .update();
    give(tenant, flow, version + 1, command.get());
  }

  private void give(Tenant tenant, FlowId flow, long step, Command command) {
    flows.commands.give(List.of(new JdbcCommands.Given(tenant, flow, step, 0, command)));
  }

  private Optional<Command> commanded(Tenant tenant, FlowId flow, UUID transaction) {
    return jdbc.sql(
            """
            select body from flow.command
            where tenant = :tenant and flow = :flow and state = 'DONE'
              and body #>> '{transaction,value}' = :transaction
            order by seq limit 1
            """)
        .param("tenant", tenant.name())
        .param("flow", flow.value())
        .param("transaction", transaction.toString())
        .query((row, _) -> Json.read(Command.class, row.getString("body")))
        .optional();
  }

  /// The last, since a flow may have asked for less after a first no.
  private Optional<Command> posted(Tenant tenant, FlowId flow, UUID entry) {
    return jdbc.sql(
            """
            select body from flow.command
            where tenant = :tenant and flow = :flow and state = 'DONE' and kind = 'Post'
              and body #>> '{entry,id,value}' = :entry
            order by seq desc limit 1
            """)
        .param("tenant", tenant.name())
        .param("flow", flow.value())
        .param("entry", entry.toString())
        .query((row, _) -> Json.read(Command.class, row.getString("body")))
        .optional();
  }

  TransactionId original(Tenant tenant, TransactionId id) {
    return jdbc.sql(
            "select original from flow.attempt where tenant = :tenant and transaction = :id")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query(UUID.class)
        .optional()
        .map(TransactionId::new)
        .orElse(id);
  }
}
