package tally.custody.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.custody.Logged;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.Bytes32;

/// Keys and their logs in PostgreSQL.
public final class JdbcKeys implements Custody.Store {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  public JdbcKeys(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    return transactions.execute(_ -> work.get());
  }

  @Override
  public byte[] firstWrapped(byte[] wrapped) {
    jdbc.sql("insert into custody.vault (wrapped) values (:wrapped) on conflict do nothing")
        .param("wrapped", wrapped)
        .update();
    return jdbc.sql("select wrapped from custody.vault").query(byte[].class).single();
  }

  @Override
  public Optional<Custody.Kept> find(KeyRef key) {
    return of(
            """
            select * from custody.key where tenant = :tenant and holder = :holder and network = :network
            """,
            key)
        .query(JdbcKeys::kept)
        .optional();
  }

  @Override
  public boolean has(String network, Address address) {
    return jdbc.sql(
            "select exists (select 1 from custody.key where network = :network and address = :address)")
        .param("network", network)
        .param("address", address.hex())
        .query(Boolean.class)
        .single();
  }

  @Override
  public Custody.Kept lock(KeyRef key) {
    return of(
            """
            select * from custody.key where tenant = :tenant and holder = :holder and network = :network
            for update
            """,
            key)
        .query(JdbcKeys::kept)
        .single();
  }

  @Override
  public void add(Custody.Kept kept) {
    of(
            """
            insert into custody.key (tenant, holder, network, version, address, keyset, secret, kek, lines, head)
            values (:tenant, :holder, :network, :version, :address, :keyset, :secret, :kek, :lines, :head)
            on conflict (tenant, holder, network) do nothing
            """,
            kept.key())
        .param("version", kept.sealed().version())
        .param("address", kept.address().hex())
        .param("keyset", kept.sealed().keyset())
        .param("secret", kept.sealed().secret())
        .param("kek", kept.sealed().kek())
        .param("lines", kept.lines())
        .param("head", kept.head().hex())
        .update();
  }

  @Override
  public void append(Logged line) {
    var hash = line.hash().hex();
    int written =
        of(
                """
                with head as (
                  update custody.key set lines = :number, head = :hash
                  where tenant = :tenant and holder = :holder and network = :network and lines = :number - 1
                  returning 1)
                insert into custody.signing
                  (tenant, holder, network, number, nonce, intent, approval, outcome, digest, at, previous, hash)
                select :tenant, :holder, :network, :number, :nonce, :intent, :approval, :outcome, :digest, :at,
                  :previous, :hash
                from head
                """,
                line.key())
            .param("number", line.number())
            .param("nonce", line.nonce().map(BigDecimal::new).orElse(null), Types.NUMERIC)
            .param("intent", line.intent())
            .param("approval", line.approval())
            .param("outcome", line.outcome())
            .param("digest", line.digest().map(Bytes32::hex).orElse(null), Types.VARCHAR)
            .param("at", line.at().atOffset(ZoneOffset.UTC))
            .param("previous", line.previous().hex())
            .param("hash", hash)
            .update();
    if (written != 1) {
      throw new IllegalStateException(
          "the log of " + line.key() + " has another length than " + line.number());
    }
  }

  @Override
  public boolean signedBefore(KeyRef key, BigInteger nonce, String intent, String approval) {
    return of(
            """
            select exists (
              select 1 from custody.signing
              where tenant = :tenant and holder = :holder and network = :network and nonce = :nonce
                and outcome = 'signed' and intent = :intent and approval = :approval)
            """,
            key)
        .param("nonce", new BigDecimal(nonce))
        .param("intent", intent)
        .param("approval", approval)
        .query(Boolean.class)
        .single();
  }

  @Override
  public List<Custody.Kept> wrappedOtherwise(String kek, int most) {
    return jdbc.sql(
            """
            select * from custody.key where kek <> :kek limit :most for update skip locked
            """)
        .param("kek", kek)
        .param("most", most)
        .query(JdbcKeys::kept)
        .list();
  }

  @Override
  public void rewrap(KeyRef key, Custody.Sealed sealed) {
    of(
            """
            update custody.key set keyset = :keyset, secret = :secret, kek = :kek
            where tenant = :tenant and holder = :holder and network = :network
            """,
            key)
        .param("keyset", sealed.keyset())
        .param("secret", sealed.secret())
        .param("kek", sealed.kek())
        .update();
  }

  @Override
  public Optional<Custody.Kept> sample() {
    return jdbc.sql("select * from custody.key limit 1").query(JdbcKeys::kept).optional();
  }

  @Override
  public List<Custody.Line> log(KeyRef key, long number, int most) {
    return of(
            """
            select * from custody.signing
            where tenant = :tenant and holder = :holder and network = :network and number > :number
            order by number limit :most
            """,
            key)
        .param("number", number)
        .param("most", most)
        .query(JdbcKeys::line)
        .list();
  }

  private JdbcClient.StatementSpec of(String sql, KeyRef key) {
    return jdbc.sql(sql)
        .param("tenant", key.tenant().name())
        .param("holder", key.holder().name())
        .param("network", key.network());
  }

  private static KeyRef key(ResultSet row) throws SQLException {
    return new KeyRef(
        new Tenant(row.getString("tenant")),
        new Holder(row.getString("holder")),
        row.getString("network"));
  }

  private static Custody.Kept kept(ResultSet row, int index) throws SQLException {
    var sealed =
        new Custody.Sealed(
            row.getBytes("keyset"),
            row.getBytes("secret"),
            row.getString("kek"),
            row.getInt("version"));
    return new Custody.Kept(
        key(row),
        new Address(row.getString("address")),
        sealed,
        row.getLong("lines"),
        new Bytes32(row.getString("head")));
  }

  private static Custody.Line line(ResultSet row, int index) throws SQLException {
    var line =
        new Logged(
            key(row),
            row.getLong("number"),
            Optional.ofNullable(row.getBigDecimal("nonce")).map(BigDecimal::toBigIntegerExact),
            row.getString("intent"),
            row.getString("approval"),
            row.getString("outcome"),
            Optional.ofNullable(row.getString("digest")).map(Bytes32::new),
            row.getObject("at", OffsetDateTime.class).toInstant(),
            new Bytes32(row.getString("previous")));
    return new Custody.Line(line, new Bytes32(row.getString("hash")));
  }
}
