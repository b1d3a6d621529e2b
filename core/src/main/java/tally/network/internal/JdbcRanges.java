package tally.network.internal;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.network.Ranges;

/// Which blocks are still to be read, in PostgreSQL.
public final class JdbcRanges implements Ranges {

  private final JdbcClient jdbc;

  public JdbcRanges(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void add(Range range) {
    jdbc.sql(
            """
            insert into network.range (reader, network, from_block, to_block)
            values (:reader, :network, :from, :to)
            on conflict (reader, network, from_block)
            do update set to_block = greatest(network.range.to_block, excluded.to_block)
            """)
        .param("reader", range.reader())
        .param("network", range.network())
        .param("from", range.from())
        .param("to", range.to())
        .update();
  }

  @Override
  public Optional<Range> next(String reader, String network) {
    return jdbc.sql(
            """
            select from_block, to_block from network.range
            where reader = :reader and network = :network
            order by from_block limit 1
            """)
        .param("reader", reader)
        .param("network", network)
        .query((row, _) ->
            new Range(reader, network, row.getLong("from_block"), row.getLong("to_block")))
        .optional();
  }

  @Override
  public boolean take(Range range, long read) {
    var open =
        jdbc.sql(
                """
                delete from network.range
                where reader = :reader and network = :network and from_block = :from
                returning to_block
                """)
            .param("reader", range.reader())
            .param("network", range.network())
            .param("from", range.from())
            .query(Long.class)
            .optional();
    if (open.isEmpty()) {
      return false;
    }
    if (open.get() > read) {
      add(new Range(range.reader(), range.network(), read + 1, open.get()));
    }
    return true;
  }
}
