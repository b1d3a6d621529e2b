package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

class FlowBellTest {

  private final FlowBell bell = new FlowBell();

  @AfterEach
  void end() {
    if (TransactionSynchronizationManager.isSynchronizationActive()) {
      TransactionSynchronizationManager.clearSynchronization();
    }
  }

  @Test
  void a_signal_outside_a_transaction_rings_at_once() throws Exception {
    bell.heard(1);
    assertThat(rang()).isTrue();
  }

  @Test
  void a_signal_within_a_transaction_rings_when_others_can_read_it() throws Exception {
    TransactionSynchronizationManager.initSynchronization();
    bell.heard(List.of("a flow"));
    assertThat(rang()).isFalse();
    TransactionSynchronizationManager.getSynchronizations()
        .forEach(TransactionSynchronization::afterCommit);
    assertThat(rang()).isTrue();
  }

  @Test
  void where_nobody_was_told_nothing_rings() throws Exception {
    bell.heard(0);
    bell.heard(List.of());
    assertThat(rang()).isFalse();
  }

  private boolean rang() throws InterruptedException {
    return bell.signals.rest(Duration.ZERO);
  }
}
