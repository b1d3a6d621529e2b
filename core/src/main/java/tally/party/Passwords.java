package tally.party;

/// How passwords are kept: as slow, salted hashes that tell nothing about them.
public interface Passwords {

  /// A new salted hash; the same password hashes differently each time.
  String hash(String password);

  /// Takes about as long for a wrong password as for the right one.
  boolean matches(String password, String hash);
}
