package tally.custody.internal;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tally.custody.KeyVault;

/// A key-encryption keyset in a file that only its owner may read. Made at first use; a file that
/// others may read is refused.
///
/// Several nodes may share the file: each sees a rotation at its next use. Whoever loses the file
/// loses every key.
public final class FileKeyVault implements KeyVault {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private final Path file;
  private @Nullable Loaded loaded;

  public FileKeyVault(Path file) {
    this.file = file.toAbsolutePath();
    try {
      AeadConfig.register();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink offers no AEAD", e);
    }
  }

  /// @param stamp tells one version of the file from the next
  private record Loaded(String stamp, KeysetHandle keys) {}

  @Override
  public byte[] wrap(byte[] plain, byte[] context) {
    try {
      return aead().encrypt(plain, context);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot wrap a key", e);
    }
  }

  @Override
  public byte[] unwrap(byte[] wrapped, byte[] context) {
    try {
      return aead().decrypt(wrapped, context);
    } catch (GeneralSecurityException e) {
      throw new Locked("no key in " + file + " opens this", e);
    }
  }

  @Override
  public String current() {
    return Integer.toHexString(keys().getPrimary().getId());
  }

  /// Adds a new key-encryption key and makes it the current one. The old ones still open what they
  /// wrapped.
  public synchronized void rotate() {
    try {
      var next =
          KeysetHandle.newBuilder(keys())
              .addEntry(
                  KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                      .withRandomId()
                      .makePrimary())
              .build();
      Files.move(
          written(next), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot rotate " + file, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "FileKeyVault[" + file + "]";
  }

  private Aead aead() throws GeneralSecurityException {
    return keys().getPrimitive(RegistryConfiguration.get(), Aead.class);
  }

  private synchronized KeysetHandle keys() {
    try {
      if (!Files.exists(file)) {
        create();
      }
      var stamp = Files.getLastModifiedTime(file) + "/" + Files.getAttribute(file, "unix:ino");
      if (loaded == null || !loaded.stamp().equals(stamp)) {
        loaded = new Loaded(stamp, read());
      }
      return loaded.keys();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(file + " holds no keyset", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Linked, not moved: of two nodes that start at once one makes the file, and the other reads it.
  private void create() throws IOException, GeneralSecurityException {
    if (loaded != null) {
      throw new IllegalStateException(file + " is gone, and with it every key");
    }
    var folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    var temporary = written(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM));
    try {
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException anotherNodeWasFirst) {
      return;
    } finally {
      Files.delete(temporary);
    }
  }

  private KeysetHandle read() throws IOException, GeneralSecurityException {
    var wide = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    wide.removeAll(OWNER_ONLY);
    if (!wide.isEmpty()) {
      throw new IllegalStateException(file + " may be read by others; set its mode to 0600");
    }
    return TinkJsonProtoKeysetFormat.parseKeyset(
        Files.readString(file), InsecureSecretKeyAccess.get());
  }

  private Path written(KeysetHandle keys) throws IOException, GeneralSecurityException {
    var json = TinkJsonProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get());
    var temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    Files.createFile(temporary, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    return temporary;
  }
}
