package tally.flow.internal;

import static tally.flow.internal.JdbcCommands.texts;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Json;
import tally.Plans;
import tally.flow.Flow;
import tally.flow.FlowId;
import tally.flow.Kind;
import tally.flow.Signal;
import tally.money.Tenant;

/// Flows that take their next step: locked, told what they have not heard, and stored with what
/// they command. `for update skip locked` lets any number of nodes work on the same tables. Call
/// inside a transaction.
final class JdbcSteps {

  private final JdbcClient jdbc;
  private final JdbcCommands commands;

  JdbcSteps(JdbcClient jdbc, JdbcCommands commands) {
    this.jdbc = jdbc;
    this.commands = commands;
  }

  private record Key(Tenant tenant, FlowId id) {}

  /// A flow that the Runner holds under its row's lock.
  ///
  /// @param body as it is kept: what cannot be read is that one flow's trouble
  record Locked(Tenant tenant, FlowId id, Kind kind, String body, boolean over, long version) {
    Flow flow() {
      return kind.read(body);
    }
  }

  /// @param body as it is kept, likewise
  record Heard(long seq, String body) {
    Signal signal() {
      return Json.read(Signal.class, body);
    }
  }

  /// What one flow has made of what it heard.
  ///
  /// @param heard the signals' numbers
  record Stepped(
      Locked before,
      Flow next,
      long version,
      List<Long> heard,
      List<JdbcCommands.Given> commands) {}

  /// Locks flows with the oldest unheard signals that wait for no human and that no other node has;
  /// so many signals at most are looked at.
  ///
  /// Walks the signals' index in its order and ends at the last flow that can be locked, so that
  /// flows which rest and signals which were heard cost nothing. As a plain join, a planner without
  /// statistics expects next to no row, and gathers and sorts all of them. The statement's own time
  /// is fixed, as an index needs it.
  Collection<Locked> lock(int most) {
    jdbc.sql(Plans.MADE_ONCE).update();
    Map<Key, Locked> locked = new LinkedHashMap<>();
    jdbc.sql(
            """
            select f.* from flow.signal s cross join lateral (
              select * from flow.flow f where f.tenant = s.tenant and f.id = s.flow and f.stalled is null
              for update skip locked) f
            where s.heard_at is null and s.due_at <= statement_timestamp()
            order by s.due_at limit %d
            """
                .formatted(most))
        .query(row -> {
          var key =
              new Key(
                  new Tenant(row.getString("tenant")), new FlowId(row.getObject("id", UUID.class)));
          var flow =
              new Locked(
                  key.tenant(),
                  key.id(),
                  Kind.valueOf(row.getString("kind")),
                  row.getString("body"),
                  row.getBoolean("over"),
                  row.getLong("version"));
          locked.put(key, flow);
        });
    return List.copyOf(locked.values());
  }

  /// What each of these flows has not heard, the oldest first; so many of each at most.
  Map<Locked, List<Heard>> unheard(Collection<Locked> flows, int most) {
    Map<Key, List<Heard>> heard = new HashMap<>();
    jdbc.sql(
            """
            select f.tenant, f.id, s.seq, s.body
            from unnest(cast(:tenants as text[]), cast(:flows as uuid[])) as f (tenant, id)
            cross join lateral (
              select seq, body from flow.signal
              where tenant = f.tenant and flow = f.id and heard_at is null and due_at <= clock_timestamp()
              order by seq limit %d) s
            order by s.seq
            """
                .formatted(most))
        .param("tenants", texts(flows, it -> it.tenant().name()))
        .param("flows", texts(flows, it -> it.id().value()))
        .query(row -> {
          var key =
              new Key(
                  new Tenant(row.getString("tenant")), new FlowId(row.getObject("id", UUID.class)));
          heard
              .computeIfAbsent(key, _ -> new ArrayList<>())
              .add(new Heard(row.getLong("seq"), row.getString("body")));
        });
    Map<Locked, List<Heard>> byFlow = new LinkedHashMap<>();
    for (var flow : flows) {
      byFlow.put(flow, heard.getOrDefault(new Key(flow.tenant(), flow.id()), List.of()));
    }
    return byFlow;
  }

  /// Stores these steps: the next states, what they command, and which signals were heard.
  void store(List<Stepped> steps) {
    if (steps.isEmpty()) {
      return;
    }
    jdbc.sql("update flow.signal set heard_at = clock_timestamp() where seq = any (:seqs)")
        .param("seqs", steps.stream().flatMap(it -> it.heard().stream()).toArray(Long[]::new))
        .update();
    jdbc.sql(
            """
            update flow.flow f set state = s.state, body = cast(s.body as jsonb), over = s.over,
              version = s.version, moved_at = clock_timestamp()
            from unnest(cast(:tenants as text[]), cast(:flows as uuid[]), cast(:states as text[]),
                        cast(:bodies as text[]), cast(:overs as boolean[]), cast(:versions as bigint[]))
              as s (tenant, id, state, body, over, version)
            where f.tenant = s.tenant and f.id = s.id
            """)
        .param("tenants", texts(steps, it -> it.before().tenant().name()))
        .param("flows", texts(steps, it -> it.before().id().value()))
        .param("states", texts(steps, it -> it.next().getClass().getSimpleName()))
        .param("bodies", texts(steps, it -> it.before().kind().write(it.next())))
        .param("overs", steps.stream().map(it -> it.next().over()).toArray(Boolean[]::new))
        .param("versions", steps.stream().map(Stepped::version).toArray(Long[]::new))
        .update();
    forget(steps.stream().filter(it -> it.next().over() && !it.before().over()).toList());
    commands.give(steps.stream().flatMap(it -> it.commands().stream()).toList());
  }

  /// A flow that is over awaits nothing more. What was heard is never due later; said here, so that
  /// the index of the unheard serves.
  private void forget(List<Stepped> ended) {
    if (ended.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            delete from flow.signal s
            using unnest(cast(:tenants as text[]), cast(:flows as uuid[])) as f (tenant, id)
            where s.tenant = f.tenant and s.flow = f.id and s.heard_at is null and s.due_at > clock_timestamp()
            """)
        .param("tenants", texts(ended, it -> it.before().tenant().name()))
        .param("flows", texts(ended, it -> it.before().id().value()))
        .update();
  }
}
