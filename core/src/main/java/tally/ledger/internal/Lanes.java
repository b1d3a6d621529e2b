package tally.ledger.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Json;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.HoldId;
import tally.ledger.Lot;
import tally.ledger.Posting;
import tally.money.Tenant;

/// The lanes: one a tenant, locked by whoever writes, and the entries that follow one another in
/// it.
final class Lanes {

  private final JdbcClient jdbc;

  Lanes(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// A locked lane: its newest entry's place, time and hash.
  record Lane(Tenant tenant, long seq, byte[] hash, Instant at) {}

  /// The database's time, and the hash of what was written under an id before.
  record Before(Instant now, Optional<byte[]> inputHash) {
    boolean same(byte[] other) {
      return inputHash.map(hash -> Arrays.equals(hash, other)).orElse(false);
    }
  }

  /// Waits until no other transaction writes for this tenant; the lock ends with the transaction.
  Lane lock(Tenant tenant) {
    return tryLock(tenant)
        .orElseGet(() -> {
          begin(tenant);
          return tryLock(tenant).orElseThrow();
        });
  }

  private Optional<Lane> tryLock(Tenant tenant) {
    return jdbc.sql("select seq, hash, at from ledger.lane where tenant = :tenant for update")
        .param("tenant", tenant.name())
        .query((row, _) ->
            new Lane(
                tenant,
                row.getLong("seq"),
                row.getBytes("hash"),
                row.getObject("at", OffsetDateTime.class).toInstant()))
        .optional();
  }

  private void begin(Tenant tenant) {
    jdbc.sql(
            """
            insert into ledger.lane (tenant, seq, hash, at) values (:tenant, 0, :start, to_timestamp(0))
            on conflict do nothing
            """)
        .param("tenant", tenant.name())
        .param("start", Chain.START)
        .update();
  }

  /// Asked after the lane is locked: a statement sees what was committed before it began, so this
  /// one misses nothing.
  Before before(Tenant tenant, EntryId id) {
    return before(
        """
        select clock_timestamp() as now,
          (select input_hash from ledger.entry where tenant = :tenant and id = :id) as input_hash
        """,
        tenant,
        id.value());
  }

  Before before(Tenant tenant, HoldId id) {
    return before(
        """
        select clock_timestamp() as now,
          (select input_hash from ledger.hold where tenant = :tenant and id = :id) as input_hash
        """,
        tenant,
        id.value());
  }

  private Before before(String sql, Tenant tenant, UUID id) {
    return jdbc.sql(sql)
        .param("tenant", tenant.name())
        .param("id", id)
        .query((row, _) ->
            new Before(
                row.getObject("now", OffsetDateTime.class).toInstant(),
                Optional.ofNullable(row.getBytes("input_hash"))))
        .single();
  }

  /// Writes the next entry with its postings and lots, and moves the lane on. Time never goes back
  /// within a lane.
  void append(Lane lane, Entry entry, byte[] inputHash, Instant now) {
    var seq = lane.seq() + 1;
    var at = now.isAfter(lane.at()) ? now : lane.at();
    var hash = Chain.hash(lane.hash(), seq, at, entry);
    jdbc.sql(
            """
            with entered as (
              insert into ledger.entry (tenant, seq, id, reason, input_hash, at, prev_hash, hash)
              values (:tenant, :seq, :id, :reason, :input, :at, :previous, :hash)
            ), posted as (
              insert into ledger.posting (tenant, seq, n, from_path, to_path, asset, units)
              select :tenant, :seq, n - 1, from_path, to_path, asset, units
              from unnest(cast(:froms as text[]), cast(:tos as text[]), cast(:assets as text[]), cast(:units as numeric[]))
                with ordinality as p (from_path, to_path, asset, units, n)
            )
            update ledger.lane set seq = :seq, hash = :hash, at = :at where tenant = :tenant
            """)
        .param("tenant", lane.tenant().name())
        .param("seq", seq)
        .param("id", entry.id().value())
        .param("reason", entry.reason())
        .param("input", inputHash)
        .param("at", time(at))
        .param("previous", lane.hash())
        .param("hash", hash)
        .param("froms", texts(entry, posting -> posting.from().path()))
        .param("tos", texts(entry, posting -> posting.to().path()))
        .param("assets", texts(entry, posting -> posting.amount().asset()))
        .param("units", texts(entry, posting -> posting.amount().units()))
        .update();
    IntStream.range(0, entry.opens().size()).forEach(n -> open(seq, n, entry.opens().get(n)));
  }

  private void open(long seq, int n, Lot lot) {
    jdbc.sql(
            """
            insert into ledger.lot (tenant, id, seq, n, owner, asset, units, source, opened)
            values (:tenant, :id, :seq, :n, :owner, :asset, :units, cast(:source as jsonb), :opened)
            """)
        .param("tenant", lot.tenant().name())
        .param("id", lot.id().value())
        .param("seq", seq)
        .param("n", n)
        .param("owner", lot.owner().name())
        .param("asset", lot.amount().asset().toString())
        .param("units", new BigDecimal(lot.amount().units()))
        .param("source", Json.write(Lot.Source.class, lot.source()))
        .param("opened", time(lot.opened()))
        .update();
  }

  private static String[] texts(Entry entry, Function<Posting, Object> part) {
    return entry.postings().stream().map(part).map(Object::toString).toArray(String[]::new);
  }

  /// As the database keeps time: cut to microseconds, since the driver would round up.
  static OffsetDateTime time(Instant instant) {
    return Chain.kept(instant).atOffset(ZoneOffset.UTC);
  }
}
