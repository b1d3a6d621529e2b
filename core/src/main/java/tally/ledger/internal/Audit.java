package tally.ledger.internal;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.ledger.Lot;
import tally.ledger.Posting;
import tally.ledger.internal.Batch.Running;
import tally.money.Tenant;

/// Reads the whole book as of one moment and recomputes it. Writers go on meanwhile.
final class Audit {

  private static final int PAGE = 1000;

  private final JdbcClient jdbc;
  private final TransactionTemplate snapshot;
  private final Entries entries;
  private final AuditOfBalances balances;
  private final Optional<HeadFile> heads;

  Audit(
      JdbcClient jdbc, TransactionTemplate transaction, Entries entries, Optional<HeadFile> heads) {
    this.jdbc = jdbc;
    this.snapshot =
        new TransactionTemplate(Objects.requireNonNull(transaction.getTransactionManager()));
    this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    this.snapshot.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    this.snapshot.setReadOnly(true);
    this.entries = entries;
    this.balances = new AuditOfBalances(jdbc);
    this.heads = heads;
  }

  /// How far a walk along a lane has come.
  private record Place(long seq, byte[] hash, Instant at) {
    static final Place FIRST = new Place(0, Chain.START, Instant.EPOCH);

    boolean same(Place other) {
      return seq == other.seq && Arrays.equals(hash, other.hash);
    }
  }

  /// The exported heads are read first: whatever they name was committed before the snapshot
  /// begins.
  Book.Verified verify() {
    var exported = heads.map(HeadFile::read);
    return snapshot.execute(_ -> {
      var faults = new Faults();
      exported.ifPresent(contents -> contents.faults().forEach(faults::add));
      long read = 0;
      for (var tenant : tenants()) {
        read += walk(tenant, faults);
      }
      strays(faults);
      exported.ifPresent(
          contents -> contents.newest().values().forEach(head -> find(head, faults)));
      long holds = balances.verify(faults);
      return new Book.Verified(read, holds, faults.all());
    });
  }

  private List<Tenant> tenants() {
    return jdbc.sql(
            "select tenant from ledger.lane union select tenant from ledger.entry order by tenant")
        .query((row, _) -> new Tenant(row.getString("tenant")))
        .list();
  }

  /// All lanes of a tenant at once, in the order of their entries' numbers: in each lane an entry
  /// is tied to the one before, and is what its hashes say.
  private long walk(Tenant tenant, Faults faults) {
    var places = new TreeMap<Integer, Place>();
    long last = 0;
    long read = 0;
    while (true) {
      var page = entries.after(tenant, last, PAGE);
      var seqs = page.stream().map(Entries.Head::seq).toList();
      var whole = readable(tenant, seqs);
      for (var head : page) {
        step(tenant, places.getOrDefault(head.lane(), Place.FIRST), head, whole, faults);
        places.put(head.lane(), new Place(head.seq(), head.hash(), head.at()));
      }
      read += page.size();
      if (page.size() < PAGE) {
        break;
      }
      last = page.getLast().seq();
    }
    end(tenant, places, faults);
    return read;
  }

  private record Parts(
      Map<Long, List<Posting>> postings,
      Map<Long, List<Running>> running,
      Map<Long, List<Lot>> lots) {}

  /// A page at once, or nothing where one row of it cannot be understood, so that each entry is
  /// then read alone.
  private Optional<Parts> readable(Tenant tenant, List<Long> seqs) {
    try {
      return Optional.of(
          new Parts(
              entries.postings(tenant, seqs),
              entries.running(tenant, seqs),
              entries.lots(tenant, seqs)));
    } catch (DataAccessException e) {
      throw e;
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private void step(
      Tenant tenant, Place place, Entries.Head head, Optional<Parts> page, Faults faults) {
    var name = "entry " + head.id() + " (" + tenant + " " + head.seq() + ")";
    if (!Arrays.equals(head.previous(), place.hash())) {
      faults.add(
          name
              + " is not tied to "
              + place.seq()
              + ", the one before it in lane "
              + head.lane()
              + ": one of them was changed, or entries are missing between them");
    }
    if (head.at().isBefore(place.at())) {
      faults.add(name + " is older than the entry before it");
    }
    var parts = page.or(() -> readable(tenant, List.of(head.seq())));
    if (parts.isEmpty()) {
      faults.add(name + " cannot be read");
      return;
    }
    contents(name, tenant, head, parts.get(), faults);
  }

  private static void contents(
      String name, Tenant tenant, Entries.Head head, Parts parts, Faults faults) {
    var postings = parts.postings().getOrDefault(head.seq(), List.of());
    var lots = parts.lots().getOrDefault(head.seq(), List.of());
    if (postings.isEmpty() || postings.size() > Entry.POSTINGS_MAX) {
      faults.add(name + " has " + postings.size() + " postings");
      return;
    }
    var entry = new Entry(new EntryId(head.id()), tenant, head.reason(), postings, lots);
    if (!Arrays.equals(Chain.inputHash(entry), head.inputHash())) {
      faults.add(name + " is not what was asked for: its content hash differs");
    }
    var running = parts.running().getOrDefault(head.seq(), List.of());
    var hash = Chain.hash(head.previous(), head.seq(), head.at(), Chain.content(entry), running);
    if (!Arrays.equals(hash, head.hash())) {
      faults.add(name + " is not what was written: its chain hash differs");
    }
    for (var lot : lots) {
      if (!Lots.postedInto(lot, postings).equals(lot.amount().units())) {
        faults.add("lot " + lot.id() + " is not covered by " + name);
      }
    }
  }

  private void end(Tenant tenant, Map<Integer, Place> places, Faults faults) {
    var lanes = new TreeMap<Integer, Place>();
    jdbc.sql("select lane, seq, hash from ledger.lane where tenant = :tenant")
        .param("tenant", tenant.name())
        .query(row -> {
          lanes.put(
              row.getInt("lane"),
              new Place(row.getLong("seq"), row.getBytes("hash"), Instant.EPOCH));
        });
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      var newest = places.getOrDefault(lane, Place.FIRST);
      var end = lanes.get(lane);
      if (end == null || !end.same(newest)) {
        faults.add(
            "lane "
                + lane
                + " of "
                + tenant
                + " does not end at its newest entry, "
                + newest.seq());
      }
    }
  }

  /// Rows that belong to no entry, and sealed heads that no entry answers.
  private void strays(Faults faults) {
    jdbc.sql(
            """
            select 'posting ' || p.n || ' of ' || p.tenant || ' ' || p.seq || ' belongs to no entry'
            from ledger.posting p left join ledger.entry e using (tenant, seq) where e.seq is null
            union all
            select 'lot ' || l.id || ' of ' || l.tenant || ' was opened by no entry'
            from ledger.lot l left join ledger.entry e using (tenant, seq) where e.seq is null
            union all
            select 'the sealed head of ' || h.tenant || ' at ' || h.seq || ' is not in the book'
            from ledger.head h left join ledger.entry e using (tenant, seq) where e.hash is distinct from h.hash
            limit 100
            """)
        .query(String.class)
        .list()
        .forEach(faults::add);
  }

  private void find(HeadFile.Head head, Faults faults) {
    var hash =
        jdbc.sql("select hash from ledger.entry where tenant = :tenant and seq = :seq")
            .param("tenant", head.tenant().name())
            .param("seq", head.seq())
            .query((row, _) -> row.getBytes("hash"))
            .optional();
    if (hash.isEmpty()) {
      faults.add(
          "the book of "
              + head.tenant()
              + " was cut: entry "
              + head.seq()
              + ", exported before, is gone");
    } else if (!Arrays.equals(hash.get(), head.hash())) {
      faults.add(
          "the book of "
              + head.tenant()
              + " was rewritten: entry "
              + head.seq()
              + " is not the one exported");
    }
  }
}
