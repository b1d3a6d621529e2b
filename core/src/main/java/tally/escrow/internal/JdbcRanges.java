package tally.escrow.internal;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Which blocks are still to be read, in PostgreSQL.
final class JdbcRanges {

  private final JdbcClient jdbc;

  JdbcRanges(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// Blocks of one network, both ends included.
  record Range(String network, long from, long to) {}

  /// A range that begins where another did keeps the longer end.
  void add(Range range) {
    jdbc.sql(
            """
            insert into escrow.range (network, from_block, to_block)
            values (:network, :from, :to)
            on conflict (network, from_block)
            do update set to_block = greatest(escrow.range.to_block, excluded.to_block)\
            """)
        .param("network", range.network())
        .param("from", range.from())
        .param("to", range.to())
        .update();
  }

  /// The oldest.
  Optional<Range> next(String network) {
    return jdbc.sql(
            """
            select from_block, to_block from escrow.range
             where network = :network
             order by from_block
             limit 1\
            """)
        .param("network", network)
        .query((row, _) -> new Range(network, row.getLong("from_block"), row.getLong("to_block")))
        .optional();
  }

  /// Takes the part up to `read` out of a range; false where another node was faster.
  boolean take(Range range, long read) {
    var open =
        jdbc.sql(
                """
                select to_block from escrow.range
                 where network = :network and from_block = :from
                   for update\
                """)
            .param("network", range.network())
            .param("from", range.from())
            .query(Long.class)
            .optional();
    if (open.isEmpty()) {
      return false;
    }
    jdbc.sql("delete from escrow.range where network = :network and from_block = :from")
        .param("network", range.network())
        .param("from", range.from())
        .update();
    if (open.get() > read) {
      add(new Range(range.network(), read + 1, open.get()));
    }
    return true;
  }
}
