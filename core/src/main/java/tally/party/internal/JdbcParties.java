package tally.party.internal;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.money.Tenant;
import tally.party.Lockout;
import tally.party.Parties;
import tally.party.Parties.Added;
import tally.party.Parties.Credential;
import tally.party.Parties.Session;
import tally.party.Party;

/// Parties, sessions, links and tries in PostgreSQL.
final class JdbcParties implements Parties.Store {

  /// A session's last use is written at most so often: a page asks many times a second.
  private static final Duration SEEN_STEP = Duration.ofSeconds(30);

  private static final int PRUNE_MAX = 500;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  JdbcParties(JdbcClient jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  @SuppressWarnings("NullAway") // the work answers what it answers; the template only passes it on
  public <T> T together(Supplier<T> work) {
    return transactions.execute(_ -> work.get());
  }

  @Override
  public Added add(Party party, String hash, Instant now) {
    int added =
        jdbc.sql(
                """
                insert into party.party (id, tenant, name, roles, password, opened)
                values (:id, :tenant, :name, :roles, :hash, :now)
                on conflict do nothing
                """)
            .param("id", party.id().value())
            .param("tenant", party.tenant().name())
            .param("name", party.name())
            .param("roles", party.roles().stream().map(Enum::name).sorted().toArray(String[]::new))
            .param("hash", hash)
            .param("now", Timestamp.from(now))
            .update();
    if (added == 1) {
      return Added.ADDED;
    }
    return credential(party.id()).isPresent() ? Added.ID_KNOWN : Added.NAME_TAKEN;
  }

  @Override
  public Optional<Credential> credential(Party.Id id) {
    return jdbc.sql("select id, tenant, name, roles, password from party.party where id = :id")
        .param("id", id.value())
        .query((row, _) -> credential(row))
        .optional();
  }

  @Override
  public Optional<Credential> credential(Tenant tenant, String name) {
    return jdbc.sql(
            "select id, tenant, name, roles, password from party.party where tenant = :tenant and name = :name")
        .param("tenant", tenant.name())
        .param("name", name)
        .query((row, _) -> credential(row))
        .optional();
  }

  @Override
  public void admit(Tenant tenant, Instant now) {
    jdbc.sql(
            "insert into party.tenant (tenant, opened) values (:tenant, :now) on conflict do nothing")
        .param("tenant", tenant.name())
        .param("now", Timestamp.from(now))
        .update();
  }

  @Override
  public boolean mayTry(Tenant tenant, String name, Lockout lockout, Instant now) {
    return together(() -> {
      jdbc.sql(
              """
              insert into party.try (tenant, name, wrong, last) values (:tenant, :name, 0, :now)
              on conflict do nothing
              """)
          .param("tenant", tenant.name())
          .param("name", name)
          .param("now", Timestamp.from(now))
          .update();
      record Tries(int wrong, Optional<Instant> until) {}
      var tries =
          jdbc.sql(
                  "select wrong, locked_until from party.try where tenant = :tenant and name = :name for update")
              .param("tenant", tenant.name())
              .param("name", name)
              .query((row, _) ->
                  new Tries(
                      row.getInt("wrong"),
                      Optional.ofNullable(row.getTimestamp("locked_until"))
                          .map(Timestamp::toInstant)))
              .single();
      if (tries.until().filter(now::isBefore).isPresent()) {
        return false;
      }
      int wrong = tries.wrong() + 1;
      jdbc.sql(
              """
              update party.try set wrong = :wrong, last = :now, locked_until = :until
              where tenant = :tenant and name = :name
              """)
          .param("wrong", wrong)
          .param("now", Timestamp.from(now))
          .param("until", lockout.after(wrong).map(now::plus).map(Timestamp::from).orElse(null))
          .param("tenant", tenant.name())
          .param("name", name)
          .update();
      return true;
    });
  }

  @Override
  public void forgive(Tenant tenant, String name) {
    jdbc.sql("delete from party.try where tenant = :tenant and name = :name")
        .param("tenant", tenant.name())
        .param("name", name)
        .update();
  }

  @Override
  public void open(byte[] hash, Party party, Instant now, Instant until) {
    jdbc.sql(
            """
            insert into party.session (hash, tenant, party, opened, seen, until)
            values (:hash, :tenant, :party, :now, :now, :until)
            """)
        .param("hash", hash)
        .param("tenant", party.tenant().name())
        .param("party", party.id().value())
        .param("now", Timestamp.from(now))
        .param("until", Timestamp.from(until))
        .update();
  }

  @Override
  public Optional<Party> session(byte[] hash, Instant now, Instant seenSince) {
    record Seen(Party party, Instant at) {}
    var seen =
        jdbc.sql(
                """
                select p.id, p.tenant, p.name, p.roles, s.seen
                from party.session s join party.party p on p.id = s.party
                where s.hash = :hash and s.until > :now and s.seen > :since
                """)
            .param("hash", hash)
            .param("now", Timestamp.from(now))
            .param("since", Timestamp.from(seenSince))
            .query((row, _) -> new Seen(party(row), row.getTimestamp("seen").toInstant()))
            .optional();
    if (seen.isPresent() && seen.get().at().plus(SEEN_STEP).isBefore(now)) {
      jdbc.sql("update party.session set seen = greatest(seen, :now) where hash = :hash")
          .param("now", Timestamp.from(now))
          .param("hash", hash)
          .update();
    }
    return seen.map(Seen::party);
  }

  @Override
  public Optional<Session> rename(byte[] hash, byte[] fresh, Instant now, Instant seenSince) {
    return jdbc.sql(
            """
            update party.session s set hash = :fresh, seen = :now
            from party.party p
            where s.hash = :hash and s.until > :now and s.seen > :since and p.id = s.party
            returning p.id, p.tenant, p.name, p.roles, s.until
            """)
        .param("fresh", fresh)
        .param("now", Timestamp.from(now))
        .param("hash", hash)
        .param("since", Timestamp.from(seenSince))
        .query((row, _) -> new Session(party(row), row.getTimestamp("until").toInstant()))
        .optional();
  }

  @Override
  public void close(byte[] hash) {
    jdbc.sql("delete from party.session where hash = :hash").param("hash", hash).update();
  }

  @Override
  public void closeAll(Party.Id party) {
    together(() -> {
      jdbc.sql("delete from party.session where party = :party")
          .param("party", party.value())
          .update();
      return jdbc.sql("delete from party.link where party = :party")
          .param("party", party.value())
          .update();
    });
  }

  @Override
  public void addLink(byte[] hash, Party.Id party, Instant until) {
    int added =
        jdbc.sql(
                """
                insert into party.link (hash, tenant, party, until)
                select :hash, tenant, id, :until from party.party where id = :party
                """)
            .param("hash", hash)
            .param("until", Timestamp.from(until))
            .param("party", party.value())
            .update();
    if (added != 1) {
      throw new IllegalArgumentException("no such party: " + party.value());
    }
  }

  @Override
  public Optional<Party> useLink(byte[] hash, Instant now) {
    return jdbc.sql(
            """
            update party.link l set used = :now
            from party.party p
            where l.hash = :hash and l.used is null and l.until > :now and p.id = l.party
            returning p.id, p.tenant, p.name, p.roles
            """)
        .param("now", Timestamp.from(now))
        .param("hash", hash)
        .query((row, _) -> party(row))
        .optional();
  }

  @Override
  public int prune(Instant now, Instant seenSince, Instant triedSince) {
    return prune("party.session", "hash", "until <= :at", now)
        + prune("party.session", "hash", "seen <= :at", seenSince)
        + prune("party.link", "hash", "until <= :at", now)
        + prune("party.try", "(tenant, name)", "last <= :at", triedSince);
  }

  private int prune(String table, String key, String over, Instant at) {
    var columns = key.replace("(", "").replace(")", "");
    return jdbc.sql(
            "delete from %s where %s in (select %s from %s where %s limit %d for update skip locked)"
                .formatted(table, key, columns, table, over, PRUNE_MAX))
        .param("at", Timestamp.from(at))
        .update();
  }

  private static Credential credential(ResultSet row) throws SQLException {
    return new Credential(party(row), row.getString("password"));
  }

  private static Party party(ResultSet row) throws SQLException {
    return new Party(
        new Party.Id(row.getObject("id", UUID.class)),
        new Tenant(row.getString("tenant")),
        row.getString("name"),
        roles(row.getArray("roles")));
  }

  private static Set<Party.Role> roles(Array names) throws SQLException {
    var roles = EnumSet.noneOf(Party.Role.class);
    for (var name : (String[]) names.getArray()) {
      roles.add(Party.Role.valueOf(name));
    }
    return roles;
  }
}
