package tally.gateway.fake;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/// The fake bank's own store: one JSON line for each act, with all that it changed, on disk before
/// anybody hears of it.
final class BankJournal implements AutoCloseable {

  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
  private interface Named {}

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addMixIn(BankThings.class, Named.class)
          .registerSubtypes(BankThings.class.getPermittedSubclasses())
          .build();

  private final FileChannel file;

  private BankJournal(FileChannel file) {
    this.file = file;
  }

  /// Reads what is there, in order, and goes on behind it. A last line that a crash cut short was
  /// never told to anybody.
  static BankJournal open(Path folder, Consumer<BankThings> reader) {
    try {
      Files.createDirectories(folder);
      var path = folder.resolve("bank.jsonl");
      var file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      var bytes = Files.readAllBytes(path);
      int start = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          for (var thing : MAPPER.readValue(bytes, start, i - start, BankThings[].class)) {
            reader.accept(thing);
          }
          start = i + 1;
        }
      }
      file.truncate(start);
      file.position(start);
      return new BankJournal(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(List<BankThings> act) {
    var line =
        MAPPER.writerFor(BankThings[].class).writeValueAsString(act.toArray(BankThings[]::new))
            + "\n";
    try {
      var bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        file.write(bytes);
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
