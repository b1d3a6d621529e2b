package tally.cli;

import java.util.Locale;

/// Amounts of data, for people.
final class Sizes {

  private static final String[] WORDS = {"KiB", "MiB", "GiB", "TiB"};

  private Sizes() {}

  /// Such as `56.0 MiB`; below 1024 the very count.
  static String of(long bytes) {
    if (bytes < 1024) {
      return bytes + " bytes";
    }
    double size = bytes / 1024.0;
    int word = 0;
    while (size >= 1024 && word < WORDS.length - 1) {
      size /= 1024;
      word++;
    }
    return String.format(Locale.ROOT, "%.1f %s", size, WORDS[word]);
  }
}
