package tally.delivery.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/// What a node is called among those that share its database. Drawn at the first start and kept in
/// the data folder, which one node at a time has; so no two have one name, and a node that starts
/// again has its own.
///
/// Beside the name stands the number of the file itself: where a folder was copied they differ, and
/// the copy's node draws a name of its own. A cloned disk has the same numbers; there the name must
/// be given.
final class NodeName {

  static final String FILE = "node-name";

  private NodeName() {}

  /// @param written the setting; blank for the drawn one
  static String of(String written, Path data) {
    return written.isBlank() ? kept(data.resolve(FILE)) : written.strip();
  }

  private static String kept(Path file) {
    try {
      if (!Files.exists(file) || !line(file).endsWith(number(file))) {
        draw(file);
      }
      return line(file).split(" ", 2)[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void draw(Path file) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    var whole = Files.createTempFile(folder, "." + FILE, ".new");
    Files.writeString(whole, UUID.randomUUID() + number(whole) + "\n");
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String line(Path file) throws IOException {
    return Files.readString(file).strip();
  }

  private static String number(Path file) throws IOException {
    return " " + Files.getAttribute(file, "unix:ino");
  }
}
