package tally.ledger.internal;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Lot;
import tally.ledger.Posting;
import tally.ledger.internal.Batch.Running;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;

/// Entries as they were written, read back whole: the row, its postings and the lots it opened.
final class Entries {

  private final JdbcClient jdbc;

  Entries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// An entry's row, without what belongs to it.
  record Head(
      int lane,
      long seq,
      UUID id,
      String reason,
      Instant at,
      byte[] inputHash,
      byte[] previous,
      byte[] hash) {}

  Optional<Entry> find(Tenant tenant, EntryId id) {
    return jdbc.sql("select seq from ledger.entry where tenant = :tenant and id = :id")
        .param("tenant", tenant.name())
        .param("id", id.value())
        .query(Long.class)
        .optional()
        .map(seq -> whole(tenant, List.of(seq)).getFirst().entry());
  }

  /// Newest first.
  List<Book.Written> touching(Tenant tenant, String pathPrefix, long before, int most) {
    var seqs =
        jdbc.sql(
                """
                select distinct seq from ledger.posting
                where tenant = :tenant and seq < :before
                  and (starts_with(from_path, :prefix) or starts_with(to_path, :prefix))
                order by seq desc limit :most
                """)
            .param("tenant", tenant.name())
            .param("before", before)
            .param("prefix", pathPrefix)
            .param("most", most)
            .query(Long.class)
            .list();
    return seqs.isEmpty() ? List.of() : whole(tenant, seqs).reversed();
  }

  /// The rows of all lanes after a number, in order.
  List<Head> after(Tenant tenant, long seq, int most) {
    return jdbc.sql(
            """
            select lane, seq, id, reason, at, input_hash, prev_hash, hash from ledger.entry
            where tenant = :tenant and seq > :seq order by seq limit :most
            """)
        .param("tenant", tenant.name())
        .param("seq", seq)
        .param("most", most)
        .query((row, _) ->
            new Head(
                row.getInt("lane"),
                row.getLong("seq"),
                row.getObject("id", UUID.class),
                row.getString("reason"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getBytes("input_hash"),
                row.getBytes("prev_hash"),
                row.getBytes("hash")))
        .list();
  }

  Map<Long, List<Posting>> postings(Tenant tenant, List<Long> seqs) {
    var found = new TreeMap<Long, List<Posting>>();
    jdbc.sql(
            """
            select seq, from_path, to_path, asset, units from ledger.posting
            where tenant = :tenant and seq = any(cast(:seqs as bigint[])) order by seq, n
            """)
        .param("tenant", tenant.name())
        .param("seqs", seqs.toArray(Long[]::new))
        .query(row -> {
          found
              .computeIfAbsent(row.getLong("seq"), _ -> new ArrayList<>())
              .add(
                  new Posting(
                      Account.of(row.getString("from_path")),
                      Account.of(row.getString("to_path")),
                      new Amount(
                          Asset.of(row.getString("asset")),
                          Accounts.integer(row.getBigDecimal("units")))));
        });
    return found;
  }

  /// Running balances of each posting; none for what was written before there were any.
  Map<Long, List<Running>> running(Tenant tenant, List<Long> seqs) {
    var found = new TreeMap<Long, List<Running>>();
    jdbc.sql(
            """
            select seq, from_posted, to_posted from ledger.posting
            where tenant = :tenant and seq = any(cast(:seqs as bigint[])) and from_posted is not null
            order by seq, n
            """)
        .param("tenant", tenant.name())
        .param("seqs", seqs.toArray(Long[]::new))
        .query(row -> {
          found
              .computeIfAbsent(row.getLong("seq"), _ -> new ArrayList<>())
              .add(
                  new Running(
                      Accounts.integer(row.getBigDecimal("from_posted")),
                      Accounts.integer(row.getBigDecimal("to_posted"))));
        });
    return found;
  }

  Map<Long, List<Lot>> lots(Tenant tenant, List<Long> seqs) {
    var found = new TreeMap<Long, List<Lot>>();
    jdbc.sql(
            """
            select * from ledger.lot
            where tenant = :tenant and seq = any(cast(:seqs as bigint[])) order by seq, n
            """)
        .param("tenant", tenant.name())
        .param("seqs", seqs.toArray(Long[]::new))
        .query(row -> {
          found.computeIfAbsent(row.getLong("seq"), _ -> new ArrayList<>()).add(Lots.read(row, 0));
        });
    return found;
  }

  private List<Book.Written> whole(Tenant tenant, List<Long> seqs) {
    var postings = postings(tenant, seqs);
    var lots = lots(tenant, seqs);
    return jdbc.sql(
            """
            select seq, id, reason, at from ledger.entry
            where tenant = :tenant and seq = any(cast(:seqs as bigint[])) order by seq
            """)
        .param("tenant", tenant.name())
        .param("seqs", seqs.toArray(Long[]::new))
        .query((row, _) ->
            new Book.Written(
                row.getLong("seq"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                new Entry(
                    new EntryId(row.getObject("id", UUID.class)),
                    tenant,
                    row.getString("reason"),
                    postings.getOrDefault(row.getLong("seq"), List.of()),
                    lots.getOrDefault(row.getLong("seq"), List.of()))))
        .list();
  }
}
