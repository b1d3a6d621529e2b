package tally.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.ledger.internal.Fixture.BOB;
import static tally.ledger.internal.Fixture.CARD;
import static tally.ledger.internal.Fixture.entry;
import static tally.ledger.internal.Fixture.move;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.Schemas;
import tally.ledger.Answer;
import tally.ledger.Book;
import tally.ledger.Entry;
import tally.money.Tenant;

/// A book from when a tenant had one lane, and postings no running balances.
class OlderBookTest {

  private static final Instant THEN = Instant.parse("2026-02-03T04:05:06Z");

  @TempDir Path folder;

  private final Fixture fixture = new Fixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void what_was_written_then_stays_valid_and_the_book_goes_on() throws Exception {
    migrateTo("1");
    var first = entry(move(CARD, BOB, 10));
    var second = entry(move(CARD, BOB, 5));
    var head = write(2, second, write(1, first, Chain.START));
    insert(
        "insert into ledger.account (tenant, path, asset, rim, posted, held) values "
            + "('house', 'earned/bob', 'USD/2', false, 15, 0), "
            + "('house', 'gateway-receivable/card', 'USD/2', true, -15, 0)");
    insert(
        "insert into ledger.lane (tenant, seq, hash, at) values ('house', 2, '\\x%s', '%s')"
            .formatted(HexFormat.of().formatHex(head), THEN));
    var heads = new HeadFile(folder);
    export(head);
    Schemas.migrate(fixture.database.source());

    var book =
        new Book(new JdbcBook(fixture.database.jdbc(), fixture.database.transactions(), heads));
    assertThat(book.verify()).isEqualTo(new Book.Verified(2, 0, List.of()));
    assertThat(book.post(entry(move(BOB, CARD, 3)))).isEqualTo(new Answer.Done());
    assertThat(book.post(first)).isEqualTo(new Answer.Already());
    assertThat(new HeadSealer(fixture.database.jdbc(), heads).seal()).isEqualTo(1);
    assertThat(book.verify()).isEqualTo(new Book.Verified(3, 0, List.of()));
    assertThat(book.entries(Tenant.HOUSE, "", Long.MAX_VALUE, 1).getFirst().seq()).isEqualTo(3);
  }

  private void migrateTo(String version) {
    insert("drop schema ledger cascade");
    Flyway.configure()
        .dataSource(fixture.database.source())
        .schemas("ledger")
        .locations("classpath:db/migration/ledger")
        .target(version)
        .load()
        .migrate();
  }

  private byte[] write(long seq, Entry entry, byte[] previous) {
    var hash = Chain.hash(previous, seq, THEN, Chain.content(entry), List.of());
    var hex = HexFormat.of();
    insert(
        "insert into ledger.entry (tenant, seq, id, reason, input_hash, at, prev_hash, hash) values ('house', %d, '%s', 'test', '\\x%s', '%s', '\\x%s', '\\x%s')"
            .formatted(
                seq,
                entry.id().value(),
                hex.formatHex(Chain.inputHash(entry)),
                THEN,
                hex.formatHex(previous),
                hex.formatHex(hash)));
    insert(
        "insert into ledger.posting (tenant, seq, n, from_path, to_path, asset, units) values ('house', %d, 0, 'gateway-receivable/card', 'earned/bob', 'USD/2', %s)"
            .formatted(seq, entry.postings().getFirst().amount().units()));
    return hash;
  }

  /// A line as it was signed then: without a lane.
  private void export(byte[] head) throws IOException, GeneralSecurityException {
    var hash = HexFormat.of().formatHex(head);
    var key = Files.readAllLines(folder.resolve(HeadFile.KEY_NAME)).getFirst();
    var signer = Signature.getInstance("Ed25519");
    signer.initSign(
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))));
    signer.update(
        ("tally head 1\nhouse\n2\n" + hash + "\n" + THEN).getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        folder.resolve(HeadFile.NAME),
        "{\"tenant\":\"house\",\"seq\":2,\"hash\":\"%s\",\"sealed\":\"%s\",\"signature\":\"%s\"}\n"
            .formatted(hash, THEN, Base64.getEncoder().encodeToString(signer.sign())),
        StandardOpenOption.CREATE);
  }

  private void insert(String sql) {
    fixture.database.jdbc().sql(sql).update();
  }
}
