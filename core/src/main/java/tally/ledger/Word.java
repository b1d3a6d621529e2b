package tally.ledger;

import java.util.regex.Pattern;

/// The free part of an account's path: letters, digits and `-._:`, at most 100, so that no word can
/// pretend to be two.
final class Word {

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,99}");

  private Word() {}

  static void check(String word) {
    if (!WORD.matcher(word).matches()) {
      throw new IllegalArgumentException("not a word of an account's path: " + word);
    }
  }
}
