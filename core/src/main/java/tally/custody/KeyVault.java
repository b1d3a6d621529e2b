package tally.custody;

/// Keeps the key-encryption key, which wraps the data key of every stored key. It alone turns a
/// copy of the database into keys.
public interface KeyVault {

  /// Wraps with the current key-encryption key.
  ///
  /// @param context bound to the answer: `unwrap` wants the same
  byte[] wrap(byte[] plain, byte[] context);

  /// Opens what any key-encryption key of this vault wrapped. Throws `Locked` on everything else.
  byte[] unwrap(byte[] wrapped, byte[] context);

  /// The name of the current key-encryption key; another name means that there was a rotation.
  String current();

  /// This vault does not open that: another key-encryption key wrapped it, or somebody changed it
  /// or moved it.
  final class Locked extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Locked(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
