package tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BellTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private final Bell bell = new Bell(3);

  @Test
  void a_ring_that_nobody_rested_for_ends_the_next_rest() throws Exception {
    bell.ring();
    assertThat(bell.rest(LONG)).isTrue();
    assertThat(bell.rest(Duration.ZERO)).isFalse();
  }

  @Test
  void a_ring_wakes_who_rests() throws Exception {
    var resting = Thread.ofVirtual().start(() -> rest(LONG));
    bell.ring();
    assertThat(resting.join(LONG)).isTrue();
  }

  @Test
  void rings_beyond_those_who_share_it_say_nothing_new() throws Exception {
    for (int i = 0; i < 1000; i++) {
      bell.ring();
    }
    int heard = 0;
    while (bell.rest(Duration.ZERO)) {
      heard++;
    }
    assertThat(heard).isEqualTo(3);
  }

  private void rest(Duration pause) {
    try {
      bell.rest(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
