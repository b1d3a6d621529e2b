package tally.treasury.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.random.RandomGenerator;
import tally.treasury.References;

/// The processor's secret in its data folder: 32 random bytes, readable by its owner alone. Nodes
/// that share a database share this file.
final class SecretFile {

  private final Path path;

  SecretFile(Path path) {
    this.path = path;
  }

  /// Makes it at the first asking; of several that ask at once, one makes it. Throws where it is
  /// damaged: a new one would not know the old payments.
  byte[] read(RandomGenerator chance) {
    try {
      if (!Files.exists(path)) {
        make(chance);
      }
      var bytes = Files.readAllBytes(path);
      if (bytes.length != References.SECRET_BYTES) {
        throw new IllegalStateException(
            path + " has " + bytes.length + " bytes, not " + References.SECRET_BYTES);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("the secret " + path, e);
    }
  }

  private void make(RandomGenerator chance) throws IOException {
    var folder = path.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var whole = Files.createTempFile(folder, ".secret", ".new", owner);
    try {
      var bytes = new byte[References.SECRET_BYTES];
      chance.nextBytes(bytes);
      Files.write(whole, bytes);
      // A link appears whole or not at all, and never over another's.
      Files.createLink(path, whole);
    } catch (FileAlreadyExistsException _) {
      // Another node was first; its secret is read.
    } finally {
      Files.delete(whole);
    }
  }
}
