package tally.ledger.internal;

import java.math.BigInteger;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.ledger.EntryId;
import tally.ledger.Posting;
import tally.ledger.internal.Batch.Appended;
import tally.money.Tenant;

/// A tenant's lanes, a chain of entries each. A writer of its own transaction locks one of them; a
/// transaction that was open before locks all.
final class Lanes {

  /// Two nodes with two writers each need not wait for a lane.
  static final int COUNT = 4;

  /// Numbers and time are drawn after the lock, so that they grow within a lane.
  private static final String WITH_NUMBERS =
      """
      select lane, seq, hash, at, clock_timestamp() as now,
        array(select nextval('ledger.entry_seq') from generate_series(1, :entries)) as numbers
      from taken order by lane
      """;

  private static final String FREE =
      """
      with taken as materialized (
        select lane, seq, hash, at from ledger.lane where tenant = :tenant
        order by lane limit 1 for update skip locked)
      """
          + WITH_NUMBERS;

  private static final String ONE =
      """
      with taken as materialized (
        select lane, seq, hash, at from ledger.lane where tenant = :tenant and lane = :lane for update)
      """
          + WITH_NUMBERS;

  private static final String ALL =
      """
      with taken as materialized (
        select lane, seq, hash, at from ledger.lane where tenant = :tenant order by lane for update)
      """
          + WITH_NUMBERS;

  private final JdbcClient jdbc;
  private final Duration patience;

  /// @param patience how long a writer waits for a transaction that holds all lanes
  Lanes(JdbcClient jdbc, Duration patience) {
    this.jdbc = jdbc;
    this.patience = patience;
  }

  /// A locked lane: its newest entry, the database's time, and numbers for the next entries.
  ///
  /// @param whole whether all of the tenant's lanes are locked with it
  record Lane(
      Tenant tenant,
      boolean whole,
      int number,
      long seq,
      byte[] hash,
      Instant at,
      Instant now,
      List<Long> numbers) {}

  /// Locks one lane until the transaction ends; waits, a bounded time, where none is free.
  Lane take(Tenant tenant, int entries) {
    var free = locked(FREE, tenant, 0, entries);
    if (free.isPresent()) {
      return free.get();
    }
    jdbc.sql("set local lock_timeout = " + patience.toMillis()).update();
    begin(tenant);
    return locked(FREE, tenant, 0, entries)
        .or(() -> locked(ONE, tenant, ThreadLocalRandom.current().nextInt(COUNT), entries))
        .orElseThrow();
  }

  /// Waits until nobody else writes for this tenant. The lock ends with the transaction.
  Lane takeAll(Tenant tenant, int entries) {
    return locked(ALL, tenant, 0, entries)
        .orElseGet(() -> {
          begin(tenant);
          return locked(ALL, tenant, 0, entries).orElseThrow();
        });
  }

  private Optional<Lane> locked(String sql, Tenant tenant, int lane, int entries) {
    return jdbc
        .sql(sql)
        .param("tenant", tenant.name())
        .param("lane", lane)
        .param("entries", entries)
        .query((row, _) -> read(tenant, sql.equals(ALL), row))
        .list()
        .stream()
        .findFirst();
  }

  private static Lane read(Tenant tenant, boolean whole, ResultSet row) throws SQLException {
    return new Lane(
        tenant,
        whole,
        row.getInt("lane"),
        row.getLong("seq"),
        row.getBytes("hash"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getObject("now", OffsetDateTime.class).toInstant(),
        numbers(row.getArray("numbers")));
  }

  private static List<Long> numbers(Array array) throws SQLException {
    return List.of((Long[]) array.getArray());
  }

  /// All at once, so that a tenant has either none or all.
  private void begin(Tenant tenant) {
    jdbc.sql(
            """
            insert into ledger.lane (tenant, lane, seq, hash, at)
            select :tenant, n, 0, :start, to_timestamp(0) from generate_series(0, :last) as n
            on conflict do nothing
            """)
        .param("tenant", tenant.name())
        .param("last", COUNT - 1)
        .param("start", Chain.START)
        .update();
  }

  /// Input hashes of those of these entries that were written before.
  Map<EntryId, byte[]> written(Tenant tenant, Collection<EntryId> ids) {
    var found = new HashMap<EntryId, byte[]>();
    if (ids.isEmpty()) {
      return found;
    }
    jdbc.sql(
            """
            select v.id, e.input_hash from unnest(cast(:ids as uuid[])) as v (id)
            cross join lateral (
              select input_hash from ledger.entry where tenant = :tenant and id = v.id limit 1) as e
            """)
        .param("tenant", tenant.name())
        .param("ids", ids.stream().map(id -> id.value().toString()).toArray(String[]::new))
        .query(row -> {
          found.put(new EntryId(row.getObject("id", UUID.class)), row.getBytes("input_hash"));
        });
    return found;
  }

  /// Writes entries with their postings, one tied to the next, and moves the lane on; answers their
  /// numbers. Time never goes back within a lane.
  List<Long> append(Lane lane, List<Appended> entries) {
    var at = lane.now().isAfter(lane.at()) ? lane.now() : lane.at();
    var numbers = lane.numbers().subList(0, entries.size());
    var hashes = new byte[entries.size() + 1][];
    hashes[0] = lane.hash();
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      hashes[i + 1] = Chain.hash(hashes[i], numbers.get(i), at, entry.content(), entry.running());
    }
    insert(lane, at, numbers, entries, hashes);
    return numbers;
  }

  /// In the order of their ids, so that two writers who were asked the same things do not wait for
  /// each other in a circle.
  private void insert(
      Lane lane, Instant at, List<Long> numbers, List<Appended> entries, byte[][] hashes) {
    var legs = new Legs(numbers, entries);
    jdbc.sql(
            """
            with entered as (
              insert into ledger.entry (tenant, lane, seq, id, reason, input_hash, at, prev_hash, hash)
              select :tenant, :lane, seq, cast(id as uuid), reason, input_hash, :at, prev_hash, hash
              from unnest(cast(:seqs as bigint[]), cast(:ids as text[]), cast(:reasons as text[]), :inputs, :befores, :hashes)
                as e (seq, id, reason, input_hash, prev_hash, hash)
              order by cast(id as uuid)
            ), posted as (
              insert into ledger.posting (tenant, seq, n, from_path, to_path, asset, units, from_posted, to_posted)
              select :tenant, seq, n, from_path, to_path, asset, units, from_posted, to_posted
              from unnest(cast(:legSeqs as bigint[]), cast(:places as int[]), cast(:froms as text[]), cast(:tos as text[]),
                          cast(:assets as text[]), cast(:units as numeric[]), cast(:fromPosted as numeric[]), cast(:toPosted as numeric[]))
                as p (seq, n, from_path, to_path, asset, units, from_posted, to_posted)
            )
            update ledger.lane set seq = :newest, hash = :head, at = :at where tenant = :tenant and lane = :lane
            """)
        .param("tenant", lane.tenant().name())
        .param("lane", lane.number())
        .param("seqs", numbers.toArray(Long[]::new))
        .param("ids", texts(entries, appended -> appended.entry().id().value()))
        .param("reasons", texts(entries, appended -> appended.entry().reason()))
        .param("inputs", entries.stream().map(Appended::inputHash).toArray(byte[][]::new))
        .param("befores", Arrays.copyOf(hashes, entries.size()))
        .param("hashes", Arrays.copyOfRange(hashes, 1, hashes.length))
        .param("at", time(at))
        .param("newest", numbers.getLast())
        .param("head", hashes[entries.size()])
        .param("legSeqs", legs.seqs.toArray(Long[]::new))
        .param("places", legs.places.toArray(Integer[]::new))
        .param("froms", texts(legs.postings, posting -> posting.from().path()))
        .param("tos", texts(legs.postings, posting -> posting.to().path()))
        .param("assets", texts(legs.postings, posting -> posting.amount().asset()))
        .param("units", texts(legs.postings, posting -> posting.amount().units()))
        .param("fromPosted", texts(legs.fromPosted, sum -> sum))
        .param("toPosted", texts(legs.toPosted, sum -> sum))
        .update();
  }

  /// The postings of all entries as columns.
  private static final class Legs {
    final List<Long> seqs = new ArrayList<>();
    final List<Integer> places = new ArrayList<>();
    final List<Posting> postings = new ArrayList<>();
    final List<BigInteger> fromPosted = new ArrayList<>();
    final List<BigInteger> toPosted = new ArrayList<>();

    Legs(List<Long> numbers, List<Appended> entries) {
      for (int i = 0; i < entries.size(); i++) {
        var entry = entries.get(i);
        for (int n = 0; n < entry.entry().postings().size(); n++) {
          seqs.add(numbers.get(i));
          places.add(n);
          postings.add(entry.entry().postings().get(n));
          fromPosted.add(entry.running().get(n).from());
          toPosted.add(entry.running().get(n).to());
        }
      }
    }
  }

  private static <T> String[] texts(List<T> rows, Function<T, Object> part) {
    return rows.stream().map(part).map(Object::toString).toArray(String[]::new);
  }

  /// As the database keeps time: cut to microseconds, since the driver would round up.
  static OffsetDateTime time(Instant instant) {
    return Chain.kept(instant).atOffset(ZoneOffset.UTC);
  }
}
