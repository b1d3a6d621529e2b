package tally.ledger.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import tally.ledger.Entry;
import tally.ledger.Hold;
import tally.ledger.Lot;
import tally.ledger.Posting;
import tally.money.Amount;

/// The one way in which entries and holds become bytes, and the hash that ties an entry to the one
/// before.
///
/// Every text is preceded by its length and every list by its size, so that no two contents have
/// the same bytes. Times count in microseconds, as the database keeps them.
final class Chain {

  /// What stands before the first entry of a lane.
  static final byte[] START = new byte[32];

  private Chain() {}

  /// SHA-256 of what the caller said; the same for the same content, whenever it is said.
  static byte[] inputHash(Entry entry) {
    return sha256(content(entry));
  }

  static byte[] inputHash(Hold hold) {
    return sha256(
        bytes(out -> {
          text(out, "tally hold 1");
          text(out, hold.tenant().name());
          id(out, hold.id().value());
          text(out, hold.reason());
          posting(out, hold.promised());
          out.writeLong(micros(hold.expires()));
        }));
  }

  /// SHA-256(previous hash ‖ number, time, content and running balances).
  ///
  /// @param running of each posting; empty for what was written before there were any
  static byte[] hash(
      byte[] previous, long seq, Instant at, byte[] content, List<Batch.Running> running) {
    return sha256(
        bytes(out -> {
          out.write(previous);
          out.writeLong(seq);
          out.writeLong(micros(at));
          out.write(content);
          for (var balances : running) {
            number(out, balances.from());
            number(out, balances.to());
          }
        }));
  }

  /// The precision in which the book keeps time.
  static Instant kept(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  static byte[] content(Entry entry) {
    return bytes(out -> {
      text(out, "tally entry 1");
      text(out, entry.tenant().name());
      id(out, entry.id().value());
      text(out, entry.reason());
      out.writeInt(entry.postings().size());
      for (var posting : entry.postings()) {
        posting(out, posting);
      }
      out.writeInt(entry.opens().size());
      for (var lot : entry.opens()) {
        lot(out, lot);
      }
    });
  }

  private static void posting(DataOutputStream out, Posting posting) throws IOException {
    text(out, posting.from().path());
    text(out, posting.to().path());
    amount(out, posting.amount());
  }

  private static void lot(DataOutputStream out, Lot lot) throws IOException {
    id(out, lot.id().value());
    text(out, lot.owner().name());
    amount(out, lot.amount());
    out.writeLong(micros(lot.opened()));
    switch (lot.source()) {
      case Lot.Source.OfPayment(
              var payment,
              var gateway,
              var method,
              var secure,
              var reversible) -> {
        text(out, "payment");
        id(out, payment);
        text(out, gateway);
        text(out, method);
        out.writeBoolean(secure);
        out.writeBoolean(reversible);
      }
      case Lot.Source.OfLine(var line, var bearer) -> {
        text(out, "line");
        id(out, line);
        text(out, bearer.name());
      }
    }
  }

  private static void amount(DataOutputStream out, Amount amount) throws IOException {
    text(out, amount.asset().toString());
    number(out, amount.units());
  }

  private static void number(DataOutputStream out, BigInteger number) throws IOException {
    text(out, number.toString());
  }

  private static void id(DataOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    var utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L),
        time.get(ChronoField.MICRO_OF_SECOND));
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) {
    var buffer = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(buffer)) {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return buffer.toByteArray();
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
