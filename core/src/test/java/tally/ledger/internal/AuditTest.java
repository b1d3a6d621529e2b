package tally.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tally.ledger.internal.Fixture.BOB;
import static tally.ledger.internal.Fixture.CARD;
import static tally.ledger.internal.Fixture.EXCHANGE;
import static tally.ledger.internal.Fixture.available;
import static tally.ledger.internal.Fixture.entry;
import static tally.ledger.internal.Fixture.hold;
import static tally.ledger.internal.Fixture.lot;
import static tally.ledger.internal.Fixture.move;
import static tally.ledger.internal.Fixture.opening;
import static tally.ledger.internal.Fixture.usd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tally.ledger.Answer;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.ledger.EntryId;
import tally.money.Tenant;

/// Whoever owns the database can change any row by hand. Each time, `verify` must say so.
class AuditTest {

  private static final List<String> TABLES =
      List.of("lane", "account", "entry", "posting", "lot", "hold", "head");
  private static final List<String> GUARDED =
      List.of("entry", "posting", "lot", "head", "hold", "account");

  private static final Fixture FIXTURE = new Fixture();

  @TempDir Path folder;

  private final Fixture fixture = FIXTURE;
  private HeadSealer sealer;
  private Book book;

  /// Six entries and three holds, written once and put back after every test.
  @BeforeAll
  static void write() {
    var book = FIXTURE.book;
    var lot = lot("alice", 1000);
    book.post(opening(lot, move(CARD, available(lot), 1000)));
    book.post(entry(move(available(lot), EXCHANGE, 300)));
    for (int i = 0; i < 3; i++) {
      book.post(entry(move(CARD, BOB, 10 + i), move(BOB, EXCHANGE, 1)));
    }
    var posted = hold(BOB, EXCHANGE, 5);
    var voided = hold(BOB, EXCHANGE, 6);
    book.hold(posted);
    book.hold(voided);
    book.hold(hold(BOB, EXCHANGE, 7));
    book.settle(Tenant.HOUSE, posted.id(), new EntryId(UUID.randomUUID()), usd(4));
    book.release(Tenant.HOUSE, voided.id());
    TABLES.forEach(table ->
        FIXTURE
            .database
            .jdbc()
            .sql("create table kept_" + table + " as table ledger." + table)
            .update());
  }

  @BeforeEach
  void seal() {
    var heads = new HeadFile(folder);
    sealer = new HeadSealer(fixture.database.jdbc(), heads);
    book = new Book(new JdbcBook(fixture.database.jdbc(), fixture.database.transactions(), heads));
    assertThat(sealer.seal()).isEqualTo(1);
    assertThat(book.verify()).isEqualTo(new Book.Verified(6, 3, List.of()));
  }

  @AfterEach
  void putBack() {
    byHand(
        TABLES.reversed().stream()
            .map(table -> "delete from ledger." + table)
            .toArray(String[]::new));
    byHand(
        TABLES.stream()
            .map(table ->
                "insert into ledger." + table + " overriding system value table kept_" + table)
            .toArray(String[]::new));
    numberFrom(7);
    var jdbc = fixture.database.jdbc();
    GUARDED.forEach(
        table -> jdbc.sql("alter table ledger." + table + " enable trigger all").update());
    jdbc.sql("alter table ledger.account add constraint floor check (rim or posted - held >= 0)")
        .update();
  }

  @AfterAll
  static void close() {
    FIXTURE.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update ledger.entry set reason = 'other' where seq = 3",
        "update ledger.entry set id = gen_random_uuid() where seq = 2",
        "update ledger.entry set at = at - interval '1 hour' where seq = 4",
        "update ledger.entry set input_hash = sha256('x') where seq = 4",
        "update ledger.entry set prev_hash = sha256('x') where seq = 4",
        "update ledger.entry set hash = sha256('x') where seq = 4",
        "update ledger.entry set hash = set_byte(hash, 31, get_byte(hash, 31) # 1) where seq = 6",
        "update ledger.posting set units = units + 1 where seq = 3 and n = 0",
        "update ledger.posting set from_path = 'bank' where seq = 3 and n = 0",
        "update ledger.posting set to_path = 'nowhere' where seq = 3 and n = 0",
        "update ledger.posting set asset = 'EUR/2' where seq = 2",
        "update ledger.posting set n = 5 - n where seq = 3",
        "update ledger.posting set from_posted = from_posted + 1 where seq = 4 and n = 1",
        "update ledger.posting set to_posted = to_posted - 1 where seq = 2",
        "update ledger.posting set from_posted = null, to_posted = null where seq = 2",
        "update ledger.entry set lane = 1 where seq = 6",
        "delete from ledger.posting where seq = 3 and n = 1",
        "delete from ledger.posting where seq = 2",
        "insert into ledger.posting select tenant, seq, 9, from_path, to_path, asset, units from ledger.posting where seq = 2",
        "update ledger.lot set units = 2000",
        "update ledger.lot set owner = 'mallory'",
        "update ledger.lot set source = jsonb_set(source, '{reversible}', 'false')",
        "update ledger.lot set opened = opened - interval '1 microsecond'",
        "delete from ledger.lot",
        "update ledger.account set posted = posted + 1 where path = 'exchange'",
        "update ledger.account set posted = posted + case path when 'exchange' then 1 else -1 end where path in ('exchange', 'earned/bob')",
        "update ledger.account set held = held - 7 where path = 'earned/bob'",
        "update ledger.account set held = held + 1 where path = 'exchange'",
        "update ledger.account set rim = true where path = 'exchange'",
        "update ledger.account set path = 'exchanges' where path = 'exchange'",
        "delete from ledger.account where path = 'exchange'",
        "update ledger.hold set units = units + 1 where state = 'Pending'",
        "update ledger.hold set expires = expires + interval '1 hour' where state = 'Voided'",
        "update ledger.hold set state = 'Voided', body = '{\"is\":\"Voided\"}' where state = 'Pending'",
        "update ledger.hold set state = 'Expired' where state = 'Voided'",
        "update ledger.hold set body = jsonb_set(body, '{amount,units}', '5') where state = 'Posted'",
        "update ledger.hold set body = '{}' where state = 'Posted'",
        "update ledger.hold set state = 'Posted', body = jsonb_build_object('is', 'Posted', 'entry', jsonb_build_object('value', gen_random_uuid()), 'amount', (select body -> 'amount' from ledger.hold where state = 'Posted')) where state = 'Voided'",
        "delete from ledger.hold where state = 'Pending'",
        "update ledger.lane set seq = 5",
        "update ledger.lane set hash = sha256('x')",
        "update ledger.lane set seq = 1 where lane = 3",
        "delete from ledger.lane where lane = 2",
        "delete from ledger.lane",
        "update ledger.head set hash = sha256('x')",
        "update ledger.head set seq = 7",
      })
  void a_row_changed_by_hand_is_found(String change) {
    assertThat(byHand(change)).as("rows changed").isPositive();

    var verified = book.verify();
    assertThat(verified.faults()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void an_entry_deleted_from_the_middle_is_found(int seq) {
    deleteEntries("seq = " + seq);
    assertThat(book.verify().faults())
        .anyMatch(fault -> fault.contains("entries are missing between them"));
  }

  @Test
  void
      a_tail_cut_off_with_balances_lane_and_sealed_heads_made_to_fit_is_found_by_the_exported_head() {
    book.post(entry(move(CARD, BOB, 100)));
    sealer.seal();
    cutLast();
    assertThat(new Book(fixture.store).verify().faults())
        .as("within the database nothing is wrong")
        .isEmpty();

    assertThat(book.verify().faults()).singleElement().asString().contains("was cut").contains("7");
  }

  @Test
  void a_tail_cut_off_and_grown_again_is_found_by_the_exported_head() {
    book.post(entry(move(CARD, BOB, 100)));
    sealer.seal();
    cutLast();
    book.post(entry(move(CARD, BOB, 1)));

    assertThat(book.verify().faults()).singleElement().asString().contains("was rewritten");
  }

  @Test
  void a_book_emptied_altogether_is_found_by_the_exported_head() {
    byHand(
        "delete from ledger.hold",
        "delete from ledger.lot",
        "delete from ledger.posting",
        "delete from ledger.entry",
        "delete from ledger.account",
        "delete from ledger.lane",
        "delete from ledger.head");
    assertThat(book.verify().faults()).singleElement().asString().contains("was cut");
  }

  @Test
  void a_head_that_this_node_did_not_sign_is_found() throws IOException {
    var file = folder.resolve(HeadFile.NAME);
    Files.writeString(file, Files.readString(file).replace("\"seq\":6", "\"seq\":5"));
    assertThat(book.verify().faults()).anyMatch(fault -> fault.contains("is not signed"));
  }

  @Test
  void a_line_that_is_no_head_is_found() throws IOException {
    Files.writeString(folder.resolve(HeadFile.NAME), "nonsense\n", StandardOpenOption.APPEND);
    assertThat(book.verify().faults()).singleElement().asString().contains("cannot be read");
  }

  @Test
  void a_line_that_a_crash_left_unfinished_is_dropped_and_written_again() throws IOException {
    book.post(entry(move(CARD, BOB, 1)));
    Files.writeString(
        folder.resolve(HeadFile.NAME), "{\"tenant\":\"hou", StandardOpenOption.APPEND);
    var restarted = new HeadFile(folder);

    assertThat(new HeadSealer(fixture.database.jdbc(), restarted).seal()).isEqualTo(1);
    assertThat(restarted.read().faults()).isEmpty();
    assertThat(restarted.read().newest().get(new HeadFile.Lane(Tenant.HOUSE, 0)).seq())
        .isEqualTo(7);
    assertThat(Files.readAllLines(folder.resolve(HeadFile.NAME))).hasSize(2);
  }

  @Test
  void heads_are_sealed_only_when_a_lane_has_moved_and_by_the_same_key_after_a_restart()
      throws IOException {
    assertThat(sealer.seal()).isZero();
    var key = Files.readString(folder.resolve(HeadFile.KEY_NAME));
    book.post(
        new Entry(
            new EntryId(UUID.randomUUID()), new Tenant("acme"), "x", List.of(move(CARD, BOB, 1))));
    assertThat(new HeadSealer(fixture.database.jdbc(), new HeadFile(folder)).seal()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve(HeadFile.KEY_NAME))).isEqualTo(key);
    assertThat(Files.getPosixFilePermissions(folder.resolve(HeadFile.KEY_NAME)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(
            fixture
                .database
                .jdbc()
                .sql("select count(*) from ledger.head")
                .query(Long.class)
                .single())
        .isEqualTo(2);
    assertThat(book.verify().faults()).isEmpty();
    assertThat(sealer.tick()).as("a busy book is sealed once a minute, not without rest").isZero();
  }

  @Test
  void no_more_faults_are_told_than_a_person_would_read() {
    for (int i = 0; i < 120; i++) {
      book.post(entry(move(CARD, BOB, 1)));
    }
    byHand("update ledger.entry set reason = 'other'");
    assertThat(book.verify().faults()).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"entry", "posting", "lot", "head", "hold", "account"})
  void the_book_is_append_only(String table) {
    var jdbc = fixture.database.jdbc();
    assertThatThrownBy(() -> jdbc.sql("delete from ledger." + table).update())
        .hasMessageContaining("append-only");
    assertThatThrownBy(() -> jdbc.sql("truncate ledger." + table + " cascade").update())
        .hasMessageContaining("append-only");
    if (!table.equals("account") && !table.equals("hold")) {
      assertThatThrownBy(() -> jdbc.sql("update ledger." + table + " set tenant = tenant").update())
          .hasMessageContaining("append-only");
    }
  }

  @Test
  void a_hold_that_ended_cannot_be_brought_back_in_the_database() {
    var jdbc = fixture.database.jdbc();
    assertThatThrownBy(() ->
            jdbc.sql("update ledger.hold set state = 'Pending' where state = 'Voided'").update())
        .hasMessageContaining("changes its state once");
    assertThatThrownBy(
            () -> jdbc.sql("update ledger.hold set units = 1 where state = 'Pending'").update())
        .hasMessageContaining("changes its state once");
  }

  @Test
  void the_database_itself_keeps_the_floor() {
    assertThatThrownBy(() ->
            fixture
                .database
                .jdbc()
                .sql("update ledger.account set posted = -1 where path = 'exchange'")
                .update())
        .hasMessageContaining("floor");
  }

  @Test
  void a_reader_sees_one_moment_while_an_open_transaction_writes() {
    fixture
        .database
        .transactions()
        .executeWithoutResult(_ -> {
          assertThat(book.post(entry(move(CARD, BOB, 1)))).isEqualTo(new Answer.Done());
          assertThat(book.hold(hold(CARD, BOB, 1))).isEqualTo(new Answer.Done());
          assertThat(book.verify()).isEqualTo(new Book.Verified(6, 3, List.of()));
        });
    assertThat(book.verify()).isEqualTo(new Book.Verified(7, 4, List.of()));
    assertThat(book.find(Tenant.HOUSE, hold(CARD, BOB, 1).id())).isEmpty();
  }

  private int byHand(String... changes) {
    var jdbc = fixture.database.jdbc();
    GUARDED.forEach(
        table -> jdbc.sql("alter table ledger." + table + " disable trigger all").update());
    jdbc.sql("alter table ledger.account drop constraint if exists floor").update();
    int changed = 0;
    for (var change : changes) {
      changed += jdbc.sql(change).update();
    }
    return changed;
  }

  private void deleteEntries(String where) {
    byHand(
        "delete from ledger.lot where " + where,
        "delete from ledger.posting where " + where,
        "delete from ledger.entry where " + where);
  }

  private void cutLast() {
    byHand(
        "update ledger.account set posted = posted - 100 where path = 'earned/bob'",
        "update ledger.account set posted = posted + 100 where path = 'gateway-receivable/card'",
        "update ledger.lane set seq = 6, hash = (select hash from ledger.entry where seq = 6) where seq = 7",
        "delete from ledger.head where seq = 7");
    deleteEntries("seq = 7");
    numberFrom(7);
  }

  /// Whoever cuts the book can also set its numbers back.
  private void numberFrom(long next) {
    fixture
        .database
        .jdbc()
        .sql("select setval('ledger.entry_seq', :next, false)")
        .param("next", next)
        .query(Long.class)
        .single();
  }
}
