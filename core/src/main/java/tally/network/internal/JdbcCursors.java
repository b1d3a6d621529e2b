package tally.network.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.money.Derived;
import tally.network.Follower;
import tally.network.port.Chain;
import tally.x402.Bytes32;

/// Cursors, alarms and first sights of chains in PostgreSQL.
public final class JdbcCursors implements Follower.Store {

  private static final int ALARMS_MAX = 1000;
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcCursors(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    return transactions.execute(_ -> work.get());
  }

  @Override
  public Optional<Follower.Cursor> cursor(String network) {
    return jdbc.sql("select * from network.cursor where network = :network")
        .param("network", network)
        .query(JdbcCursors::read)
        .optional();
  }

  @Override
  public boolean begin(Follower.Cursor cursor) {
    return jdbc.sql(
                """
                insert into network.cursor (network, number, hash, stopped)
                values (:network, :number, :hash, false) on conflict do nothing
                """)
            .param("network", cursor.network())
            .param("number", cursor.number())
            .param("hash", cursor.hash().hex())
            .update()
        == 1;
  }

  @Override
  public boolean move(Follower.Cursor from, Follower.Cursor to) {
    return jdbc.sql(
                """
                update network.cursor set number = :number, hash = :hash, stopped = :stopped
                where network = :network and network in (
                  select network from network.cursor
                  where network = :network and number = :fromNumber and hash = :fromHash and not stopped
                  for update skip locked)
                """)
            .param("network", from.network())
            .param("fromNumber", from.number())
            .param("fromHash", from.hash().hex())
            .param("number", to.number())
            .param("hash", to.hash().hex())
            .param("stopped", to.stopped())
            .update()
        == 1;
  }

  @Override
  public boolean again(Follower.Cursor stopped, Follower.Cursor to) {
    return jdbc.sql(
                """
                update network.cursor set number = :number, hash = :hash, stopped = false
                where network = :network and number = :fromNumber and hash = :fromHash and stopped
                """)
            .param("network", stopped.network())
            .param("fromNumber", stopped.number())
            .param("fromHash", stopped.hash().hex())
            .param("number", to.number())
            .param("hash", to.hash().hex())
            .update()
        == 1;
  }

  @Override
  public void raise(Follower.Alarm alarm) {
    jdbc.sql(
            """
            insert into network.alarm (network, code, text, block, at)
            values (:network, :code, :text, :block, :at)
            on conflict do nothing
            """)
        .param("network", alarm.network())
        .param("code", alarm.code())
        .param("text", alarm.text())
        .param("block", alarm.block())
        .param("at", alarm.at().atOffset(ZoneOffset.UTC))
        .update();
  }

  @Override
  public void clear(String network, String code, Instant at) {
    jdbc.sql(
            """
            update network.alarm set cleared_at = :at
            where network = :network and code = :code and cleared_at is null
            """)
        .param("network", network)
        .param("code", code)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
  }

  @Override
  public List<Follower.Alarm> alarms() {
    return jdbc.sql(
            "select * from network.alarm where cleared_at is null order by number limit :most")
        .param("most", ALARMS_MAX)
        .query((row, _) -> alarm(row))
        .list();
  }

  /// The number is the node's own; as an id it is derived from that.
  @Override
  public List<Follower.Raised> raised(boolean open, int most) {
    return jdbc.sql(
            """
            select * from network.alarm where cleared_at is null or not :open
            order by at desc, number desc limit :most
            """)
        .param("open", open)
        .param("most", most)
        .query((row, _) ->
            new Follower.Raised(
                Derived.id("network alarm " + row.getLong("number")),
                alarm(row),
                Optional.ofNullable(row.getObject("cleared_at", OffsetDateTime.class))
                    .map(OffsetDateTime::toInstant)))
        .list();
  }

  private static Follower.Alarm alarm(ResultSet row) throws SQLException {
    return new Follower.Alarm(
        row.getString("network"),
        row.getString("code"),
        row.getString("text"),
        row.getLong("block"),
        row.getObject("at", OffsetDateTime.class).toInstant());
  }

  @Override
  public Chain.Facts firstSeen(String network, Chain.Facts facts) {
    return firstSeen(jdbc, network, facts);
  }

  /// Two nodes may see a chain first at once: the first row stays, and both read it.
  static Chain.Facts firstSeen(JdbcClient jdbc, String network, Chain.Facts facts) {
    jdbc.sql(
            """
            insert into network.chain (network, caip2, genesis) values (:network, :caip2, :genesis)
            on conflict do nothing
            """)
        .param("network", network)
        .param("caip2", facts.network())
        .param("genesis", facts.genesis().hex())
        .update();
    return jdbc.sql("select caip2, genesis from network.chain where network = :network")
        .param("network", network)
        .query((row, _) ->
            new Chain.Facts(
                row.getString("caip2"),
                new Bytes32(row.getString("genesis")),
                facts.confirmations()))
        .single();
  }

  private static Follower.Cursor read(ResultSet row, int index) throws SQLException {
    return new Follower.Cursor(
        row.getString("network"),
        row.getLong("number"),
        new Bytes32(row.getString("hash")),
        row.getBoolean("stopped"));
  }
}
