package tally.party;

import java.util.Optional;

/// How a party wants pages to look, on whatever machine; empty where it has no wish.
public record Look(Optional<Language> language, Optional<Theme> theme) {

  public static final Look NONE = new Look(Optional.empty(), Optional.empty());

  public enum Language {
    EN,
    DE
  }

  /// `SYSTEM` is as the machine is set.
  public enum Theme {
    LIGHT,
    DARK,
    SYSTEM
  }
}
