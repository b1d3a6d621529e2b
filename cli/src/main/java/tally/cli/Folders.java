package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;

/// What is done to whole folders, and to files that only their owner may read.
final class Folders {

  private static final SecureRandom CHANCE = new SecureRandom();
  private static final int SECRET_BYTES = 24;

  private Folders() {}

  /// The folder of the project, as the launcher says it.
  static Path home() {
    return Path.of(System.getProperty("tally.home", ".")).toAbsolutePath().normalize();
  }

  /// Where commands keep what they start: `.tally` of the project, or as `tally.kept` says.
  static Path kept() {
    var named = System.getProperty("tally.kept", "");
    return named.isBlank() ? home().resolve(".tally") : Path.of(named).toAbsolutePath();
  }

  /// Deletes a folder and all in it; one that is not there is deleted already.
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes a file that only its owner can read; whole, or not at all.
  static void keep(Path file, String text) {
    try {
      var folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      var fresh =
          Files.createTempFile(
              folder,
              file.getFileName().toString(),
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// 192 random bits, as 48 hexadecimal digits.
  static String secret() {
    var bytes = new byte[SECRET_BYTES];
    CHANCE.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
