package tally.cli;

import java.util.Map;
import java.util.regex.Pattern;

/// A price for an amount of data, written like `0.10 USD/GiB`.
///
/// @param amount decimal text, as the node takes it
/// @param size the word for the amount of data, such as `GiB` (1024 × 1024 × 1024) or `GB` (1000³)
/// @param bytes how many that is
record SizePrice(String amount, String asset, String size, long bytes) {

  private static final Pattern WRITTEN =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?) ([A-Z]{3,8})/([KMGT]i?B)");
  private static final Map<Character, Integer> STEPS = Map.of('K', 1, 'M', 2, 'G', 3, 'T', 4);

  /// Stops with `price_malformed` where it is written in another way.
  static SizePrice of(String written) {
    var match = WRITTEN.matcher(written.strip());
    if (!match.matches()) {
      throw new Stop(
          "price_malformed", "Write a price like \"0.10 USD/GiB\"; this is \"" + written + "\".");
    }
    var size = match.group(3);
    long step = size.length() == 3 ? 1024 : 1000;
    long bytes = 1;
    for (int i = STEPS.getOrDefault(size.charAt(0), 0); i > 0; i--) {
      bytes *= step;
    }
    return new SizePrice(match.group(1), match.group(2), size, bytes);
  }

  @Override
  public String toString() {
    return amount + " " + asset + "/" + size;
  }
}
