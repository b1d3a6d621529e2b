package tally.ledger.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tally.ledger.Book;
import tally.money.Tenant;

/// Calls that wait for a writer: a bounded number, first come, first served, a tenant after the
/// other.
final class Waiting {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Map<Tenant, Deque<Call>> byTenant = new LinkedHashMap<>();
  private final int most;
  private int size;

  Waiting(int most) {
    this.most = most;
  }

  /// Waits for room at most that long; then throws `Book.Busy`.
  void add(Call call, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (size >= most) {
        if (left <= 0) {
          throw new Book.Busy(most + " calls wait already");
        }
        left = room.awaitNanos(left);
      }
      byTenant.computeIfAbsent(call.write().tenant(), _ -> new ArrayDeque<>()).add(call);
      size++;
    } finally {
      lock.unlock();
    }
  }

  /// Some of one tenant's, of him whose turn it is; none where nobody waits.
  List<Call> take(int atMost) {
    lock.lock();
    try {
      var turn = byTenant.entrySet().iterator();
      if (!turn.hasNext()) {
        return List.of();
      }
      var next = turn.next();
      turn.remove();
      var calls = new ArrayList<Call>(Math.min(atMost, next.getValue().size()));
      while (calls.size() < atMost && !next.getValue().isEmpty()) {
        calls.add(next.getValue().remove());
      }
      if (!next.getValue().isEmpty()) {
        byTenant.put(next.getKey(), next.getValue());
      }
      size -= calls.size();
      room.signalAll();
      return calls;
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return size == 0;
    } finally {
      lock.unlock();
    }
  }
}
