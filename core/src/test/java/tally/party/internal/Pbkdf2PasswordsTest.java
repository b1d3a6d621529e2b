package tally.party.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Pbkdf2PasswordsTest {

  @Test
  void a_hash_made_with_less_work_is_still_checked_after_the_work_was_raised() {
    var old = new Pbkdf2Passwords(10).hash("grass on 3 hills");
    var passwords = new Pbkdf2Passwords(20);
    assertThat(passwords.matches("grass on 3 hills", old)).isTrue();
    assertThat(passwords.matches("grass on 4 hills", old)).isFalse();
    var fresh = passwords.hash("grass on 3 hills");
    assertThat(fresh).startsWith("20$").isNotEqualTo(passwords.hash("grass on 3 hills"));
    assertThat(passwords.matches("grass on 3 hills", fresh)).isTrue();
  }
}
