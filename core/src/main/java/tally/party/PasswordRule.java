package tally.party;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which passwords are refused: short ones, endless ones, and those that everybody tries first.
/// Pure.
final class PasswordRule {

  static final int LENGTH_MIN = 10;

  /// Hashing work grows with length; nobody types more.
  static final int LENGTH_MAX = 256;

  /// The commonest of at least ten characters in published leaks, in lower case.
  private static final Set<String> COMMON =
      Set.of(
          "1234567890",
          "0123456789",
          "0987654321",
          "9876543210",
          "12345678910",
          "123456789a",
          "1234567891",
          "123456789q",
          "1q2w3e4r5t",
          "1q2w3e4r5t6y",
          "1qaz2wsx3edc",
          "qwertyuiop",
          "qwerty1234",
          "qwerty12345",
          "qwerty123456",
          "qwer1234qwer",
          "asdfghjkl;",
          "asdfghjkl1",
          "zxcvbnm123",
          "password12",
          "password123",
          "password1234",
          "passwordpassword",
          "password1!",
          "p@ssw0rd123",
          "passw0rd123",
          "administrator",
          "admin12345",
          "admin123456",
          "letmein123",
          "letmein1234",
          "welcome123",
          "welcome1234",
          "iloveyou12",
          "iloveyou123",
          "iloveyou1234",
          "changeme123",
          "changeme1234",
          "abcdefghij",
          "abcd123456",
          "abc1234567",
          "abc123456789",
          "football123",
          "baseball123",
          "sunshine123",
          "princess123",
          "superman123",
          "michael123",
          "charlie123",
          "monkey1234",
          "dragon1234",
          "trustno1234",
          "correcthorsebatterystaple");

  private PasswordRule() {}

  /// What is wrong with it, or empty.
  static Optional<String> fault(String name, String password) {
    if (password.length() < LENGTH_MIN) {
      return Optional.of("A password has at least " + LENGTH_MIN + " characters.");
    }
    if (password.length() > LENGTH_MAX) {
      return Optional.of("A password has at most " + LENGTH_MAX + " characters.");
    }
    var plain = password.toLowerCase(Locale.ROOT);
    if (COMMON.contains(plain) || plain.chars().distinct().count() < 3) {
      return Optional.of("This password is one of the first that anybody tries.");
    }
    if (plain.equals(name)) {
      return Optional.of("A password differs from the name.");
    }
    return Optional.empty();
  }
}
