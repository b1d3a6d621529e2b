package tally.network.fake;

/// A contract refuses: the transaction is included and changes nothing but its sender's nonce. The
/// name is the contract's own error name.
final class Revert extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String name;

  Revert(String name) {
    super(name, null, false, false);
    this.name = name;
  }

  static void unless(boolean condition, String name) {
    if (!condition) {
      throw new Revert(name);
    }
  }

  String name() {
    return name;
  }
}
