package tally.custody;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/// Envelope encryption: every secret has a data key of its own (AES-256-GCM), which the vault's
/// key-encryption key wraps.
///
/// Both layers are bound to whose key it is, so that a row moved to another holder does not open.
final class Envelope {

  static final int VERSION = 1;
  private final KeyVault vault;

  Envelope(KeyVault vault) {
    this.vault = vault;
    try {
      AeadConfig.register();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink offers no AEAD", e);
    }
  }

  Custody.Sealed seal(KeyRef key, byte[] secret) {
    try {
      var context = context(key, VERSION);
      // Read before it wraps: where a rotation falls between the two, the key is wrapped once more,
      // never overlooked.
      var kek = vault.current();
      var data = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
      var wrapped =
          TinkProtoKeysetFormat.serializeEncryptedKeyset(data, new Wrapping(vault), context);
      return new Custody.Sealed(wrapped, aead(data).encrypt(secret, context), kek, VERSION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot seal a key of " + key, e);
    }
  }

  /// The secret itself; the caller zeroes it.
  byte[] open(KeyRef key, Custody.Sealed sealed) {
    try {
      var context = context(key, sealed.version());
      return aead(data(sealed, context)).decrypt(sealed.secret(), context);
    } catch (GeneralSecurityException e) {
      throw new KeyVault.Locked("the key of " + key + " does not open", e);
    }
  }

  /// The same data key and the same secret under the current key-encryption key.
  Custody.Sealed rewrap(KeyRef key, Custody.Sealed sealed) {
    try {
      var context = context(key, sealed.version());
      var kek = vault.current();
      var data = data(sealed, context);
      var wrapped =
          TinkProtoKeysetFormat.serializeEncryptedKeyset(data, new Wrapping(vault), context);
      return new Custody.Sealed(wrapped, sealed.secret(), kek, sealed.version());
    } catch (GeneralSecurityException e) {
      throw new KeyVault.Locked("the key of " + key + " does not open", e);
    }
  }

  private KeysetHandle data(Custody.Sealed sealed, byte[] context) throws GeneralSecurityException {
    return TinkProtoKeysetFormat.parseEncryptedKeyset(
        sealed.keyset(), new Wrapping(vault), context);
  }

  private static Aead aead(KeysetHandle data) throws GeneralSecurityException {
    return data.getPrimitive(RegistryConfiguration.get(), Aead.class);
  }

  /// No part can hold a slash but the network, which comes last but one, before a number: no two
  /// keys share a context.
  private static byte[] context(KeyRef key, int version) {
    return (key.tenant() + "/" + key.holder() + "/" + key.network() + "/" + version)
        .getBytes(StandardCharsets.UTF_8);
  }

  /// The vault as Tink sees it.
  private record Wrapping(KeyVault vault) implements Aead {
    @Override
    public byte[] encrypt(byte[] plain, byte[] context) {
      return vault.wrap(plain, context);
    }

    @Override
    public byte[] decrypt(byte[] wrapped, byte[] context) {
      return vault.unwrap(wrapped, context);
    }
  }
}
