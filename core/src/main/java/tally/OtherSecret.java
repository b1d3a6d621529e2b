package tally;

import tally.money.Refusal;

/// A secret of this node is not the one that its database was begun with. What others wrote with
/// theirs could not be read or found again, so the node does not start.
public final class OtherSecret extends RuntimeException implements Refusal {

  private static final long serialVersionUID = 1;

  /// @param what it is, as people call it
  /// @param setting names its file
  public OtherSecret(String what, String setting) {
    super(
        "%s is not the one that this database was begun with: copy that file from a node that runs, or set %s to it."
            .formatted(what, setting));
  }

  public OtherSecret(String what, String setting, Throwable cause) {
    this(what, setting);
    initCause(cause);
  }

  @Override
  public String code() {
    return "other_secret";
  }

  @Override
  public String text() {
    return String.valueOf(getMessage());
  }
}
