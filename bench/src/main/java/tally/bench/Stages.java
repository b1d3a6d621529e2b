package tally.bench;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.bench.Deliveries.Delivery;

/// Where the time of a webhook went, from the times that the node's own rows bear. Node, database
/// and load are on one machine with one clock.
final class Stages {

  /// @param arrived the webhook's row
  /// @param captured the payment's move
  /// @param stepped the flow's step, which orders the posting
  /// @param posted the book's entry, shortly before it is committed
  private record Times(
      UUID payment, Instant arrived, Instant captured, Instant stepped, Instant posted) {}

  private record Way(Delivery delivery, Times times) {}

  record Stage(String name, Quantiles time) {}

  private final Map<UUID, Times> times;

  Stages(JdbcClient node) {
    times =
        node
            .sql(
                """
                select p.id, w.arrived_at, e.at as captured, c.at as stepped, n.at as posted
                from payment.payment p
                join (select about #>> '{references,0,object}' as object, min(arrived_at) as arrived_at
                      from payment.webhook group by 1) w on w.object = p.object
                join payment.event e on e.subject = p.id and e.state = 'Captured'
                join flow.watch f on f.subject = p.id
                join flow.command c on c.tenant = f.tenant and c.flow = f.flow and c.kind = 'Post'
                join ledger.lot l on l.source ->> 'payment' = p.id::text
                join ledger.entry n on n.tenant = l.tenant and n.seq = l.seq
                """)
            .query((row, _) -> times(row))
            .list()
            .stream()
            .collect(Collectors.toMap(Times::payment, it -> it));
  }

  private static Times times(ResultSet row) throws SQLException {
    return new Times(
        row.getObject("id", UUID.class),
        instant(row, "arrived_at"),
        instant(row, "captured"),
        instant(row, "stepped"),
        instant(row, "posted"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private Optional<Way> way(Delivery delivery) {
    return Optional.ofNullable(times.get(delivery.topUp().payment()))
        .map(it -> new Way(delivery, it));
  }

  /// Whether the node had found this payment captured before its webhook was sent: by its own look
  /// at an open payment, or in the bank's list of events.
  boolean early(Delivery delivery) {
    return way(delivery)
        .filter(way -> way.times().captured().isBefore(delivery.sent()))
        .isPresent();
  }

  List<Stage> of(List<Delivery> deliveries) {
    var ways = deliveries.stream().flatMap(one -> way(one).stream()).toList();
    return List.of(
        stage("sent, until kept", ways, w -> nanos(w.delivery().sent(), w.times().arrived())),
        stage("until looked up", ways, w -> nanos(w.times().arrived(), w.times().captured())),
        stage("until stepped", ways, w -> nanos(w.times().captured(), w.times().stepped())),
        stage("until posted", ways, w -> nanos(w.times().stepped(), w.times().posted())));
  }

  private static Stage stage(String name, List<Way> ways, ToLongFunction<Way> time) {
    return new Stage(name, Quantiles.of(ways.stream().mapToLong(time).toArray()));
  }

  private static long nanos(Instant from, Instant to) {
    return Duration.between(from, to).toNanos();
  }
}
