package tally.server.pages;

import org.jspecify.annotations.Nullable;
import tally.server.internal.Views;

/// What stands around every page, and how it writes.
///
/// @param here the link of the rail that is lit: `home`, `market`, `services`, `history`, or none
/// @param path where the person is, to come back to
/// @param test whether this node moves no real money
/// @param who who is signed in, and what he has
/// @param mark what every form carries, so that no foreign page can send it
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
    Shelf shelf) {

  public record Who(String name, Views.Balance balance) {}

  public String say(String key, Object... parts) {
    return words.say(key, parts);
  }

  /// The address of a style sheet, script or picture, which changes with its content.
  public String asset(String name) {
    return shelf.address(name);
  }

  public boolean lights(String link) {
    return here.equals(link);
  }
}
