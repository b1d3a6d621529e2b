package tally.ledger.internal;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Worker;
import tally.ledger.internal.HeadFile.Head;
import tally.money.Tenant;

/// Once a minute, seals how far every lane has come: in the database, and signed outside it.
public final class HeadSealer implements Worker {

  private static final int PAGE = 1000;

  private final JdbcClient jdbc;
  private final HeadFile file;

  public HeadSealer(JdbcClient jdbc, HeadFile file) {
    this.jdbc = jdbc;
    this.file = file;
  }

  @Override
  public String name() {
    return "ledger-head-sealer";
  }

  @Override
  public Duration pause() {
    return Duration.ofMinutes(1);
  }

  /// Answers nothing moved, whatever was sealed: a busy book is no reason to seal it more often.
  @Override
  public int tick() {
    seal();
    return 0;
  }

  /// Seals now, outside any open transaction; answers how many heads the file gained. What a crash
  /// left half done is done by the next call.
  public int seal() {
    int sealed = 0;
    var last = new Lane("", 0);
    while (true) {
      var heads = page(last);
      keep(heads);
      sealed += file.append(heads);
      if (heads.size() < PAGE) {
        return sealed;
      }
      last = new Lane(heads.getLast().tenant().name(), heads.getLast().lane());
    }
  }

  private record Lane(String tenant, int number) {}

  /// One statement, so that the lanes of a tenant are sealed as of one moment.
  private List<Head> page(Lane after) {
    return jdbc.sql(
            """
            select tenant, lane, seq, hash, clock_timestamp() as sealed from ledger.lane
            where seq > 0 and (tenant, lane) > (:tenant, :lane) order by tenant, lane limit :page
            """)
        .param("tenant", after.tenant())
        .param("lane", after.number())
        .param("page", PAGE)
        .query((row, _) ->
            new Head(
                new Tenant(row.getString("tenant")),
                row.getInt("lane"),
                row.getLong("seq"),
                row.getBytes("hash"),
                row.getObject("sealed", OffsetDateTime.class).toInstant()))
        .list();
  }

  private void keep(List<Head> heads) {
    if (heads.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            insert into ledger.head (tenant, seq, hash, sealed)
            select v.tenant, v.seq, e.hash, clock_timestamp()
            from unnest(cast(:tenants as text[]), cast(:seqs as bigint[])) as v (tenant, seq)
            join ledger.entry e on e.tenant = v.tenant and e.seq = v.seq
            on conflict do nothing
            """)
        .param("tenants", heads.stream().map(head -> head.tenant().name()).toArray(String[]::new))
        .param("seqs", heads.stream().map(Head::seq).toArray(Long[]::new))
        .update();
  }
}
