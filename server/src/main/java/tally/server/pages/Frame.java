package tally.server.pages;

import org.jspecify.annotations.Nullable;
import tally.server.internal.Roles;
import tally.server.internal.Views;

/// What stands around every page, and how it writes.
///
/// @param here the link of the rail that is lit, such as `home`, or none; it tells the rail too
/// @param path where the person is, to come back to
/// @param test whether this node moves no real money
/// @param who who is signed in, and what he has
/// @param mark what every form carries, so that no foreign page can send it
/// @param roles what this node is for
/// @param theme `light`, `dark`, or empty for the system's own
public record Frame(
    Words words,
    Figures figures,
    String here,
    String path,
    boolean test,
    @Nullable Who who,
    String mark,
    String theme,
    Roles roles,
    Shelf shelf) {

  /// @param operates whether he is an operator of this node
  public record Who(String name, boolean operates, Views.Balance balance) {}

  Frame with(Who now) {
    return new Frame(words, figures, here, path, test, now, mark, theme, roles, shelf);
  }

  /// What he is about here: `buying`, `selling` or `operating`.
  public String area() {
    return switch (here) {
      case "income", "offer" -> "selling";
      case "book", "payments", "approvals", "disputes", "queue", "reserve" -> "operating";
      default -> "buying";
    };
  }

  public String say(String key, Object... parts) {
    return words.say(key, parts);
  }

  /// The address of a style sheet, script or picture, which changes with its content.
  public String asset(String name) {
    return shelf.address(name);
  }

  /// Whether this node takes money and gives it back.
  public boolean takesMoney() {
    return roles.has(Roles.Role.PROCESSOR);
  }

  public boolean sells() {
    return roles.has(Roles.Role.PROVIDER);
  }

  public boolean buys() {
    return roles.has(Roles.Role.CONSUMER);
  }

  public boolean lights(String link) {
    return here.equals(link);
  }
}
