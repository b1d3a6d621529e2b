package tally.network.fake;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tally.x402.Address;

/// The chain's own store: one JSON line for each step of the longest chain, on the disk before
/// anybody hears of it. A torn last line was never heard of, and is cut off at the next start.
final class Journal implements AutoCloseable {

  /// What a block holds: what people sent, and what the outside did to the chain.
  sealed interface Act {
    /// @param signed the transaction's bytes in hexadecimal
    record Sent(String signed) implements Act {}

    record Deal(Address address, BigInteger units) implements Act {}

    record Found(Slot.Appointment appointment) implements Act {}
  }

  /// @param fork how many reorganisations came before, so that a block that is mined again has
  ///   another hash
  record Written(Instant time, long fork, List<Act> acts) {}

  sealed interface Line {
    record Born(Genesis genesis) implements Line {}

    /// @param rewind how many blocks are taken back before these follow
    record Step(int rewind, List<Written> blocks) implements Line {}
  }

  private final FileChannel file;

  private Journal(FileChannel file) {
    this.file = file;
  }

  /// Opens `chain.jsonl` in a folder, which is made; `old` receives its whole lines.
  static Journal open(Path folder, List<Line> old) {
    try {
      Files.createDirectories(folder);
      var file =
          FileChannel.open(
              folder.resolve("chain.jsonl"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (file.tryLock() == null) {
        throw new IllegalStateException("another chain has this store open: " + folder);
      }
      file.truncate(read(folder.resolve("chain.jsonl"), old));
      file.position(file.size());
      return new Journal(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Answers how many bytes the whole lines take.
  private static long read(Path path, List<Line> into) throws IOException {
    long whole = 0;
    try (var input = new BufferedInputStream(Files.newInputStream(path))) {
      for (var line = line(input); line.isPresent(); line = line(input)) {
        into.add(FakeWire.read(Line.class, line.get()));
        whole += line.get().length + 1;
      }
    }
    return whole;
  }

  private static Optional<byte[]> line(InputStream input) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int next = input.read(); next >= 0; next = input.read()) {
      if (next == '\n') {
        return Optional.of(bytes.toByteArray());
      }
      bytes.write(next);
    }
    return Optional.empty();
  }

  void write(Line line) {
    var bytes = FakeWire.write(Line.class, line);
    var whole = ByteBuffer.allocate(bytes.length + 1).put(bytes).put((byte) '\n').flip();
    try {
      while (whole.hasRemaining()) {
        file.write(whole);
      }
      file.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
