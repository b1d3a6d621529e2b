package tally.delivery.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// What a node is called among those that share its database. Drawn at the first start and kept in
/// the data folder, which one node at a time has; so no two have one name, and a node that starts
/// again has its own.
final class NodeName {

  static final String FILE = "node-name";

  private NodeName() {}

  /// @param written the setting; blank for the drawn one
  static String of(String written, Path data) {
    return written.isBlank() ? kept(data.resolve(FILE)) : written.strip();
  }

  private static String kept(Path file) {
    try {
      if (!Files.exists(file)) {
        make(file);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void make(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    var whole = Files.createTempFile(file.toAbsolutePath().getParent(), ".node-name", ".new");
    try {
      Files.writeString(whole, UUID.randomUUID() + "\n");
      // A link appears whole or not at all, and never over another's.
      Files.createLink(file, whole);
    } catch (FileAlreadyExistsException _) {
      // Somebody was first; his is read.
    } finally {
      Files.delete(whole);
    }
  }
}
