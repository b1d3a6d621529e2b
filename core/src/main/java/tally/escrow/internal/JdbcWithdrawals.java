package tally.escrow.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.escrow.Alarm;
import tally.escrow.Channel;
import tally.escrow.ChannelListener.Fact;
import tally.escrow.Wish;
import tally.escrow.Wishes;
import tally.escrow.port.Channels.Event;
import tally.x402.Bytes32;

/// One-sided withdrawals as receivers answer them, and what came too late, in PostgreSQL. Joins the
/// open database transaction.
final class JdbcWithdrawals {

  private final JdbcClient jdbc;
  private final Wishes.Store wishes;

  JdbcWithdrawals(JdbcClient jdbc, Wishes.Store wishes) {
    this.jdbc = jdbc;
    this.wishes = wishes;
  }

  /// Takes an event of a receiver's channel in, which stands as `next` after it.
  void take(Channel next, Event event, Instant now) {
    switch (event) {
      case Event.WithdrawInitiated begun -> begin(next, begun, now);
      case Event.Withdrawn _ -> end(next.terms(), now);
      case Event.Refunded _ when next.standing().withdrawing().signum() == 0 ->
          end(next.terms(), now);
      case Event.Refunded _, Event.Deposited _, Event.Claimed _, Event.Settled _ -> {}
    }
  }

  /// All that is promised is claimed at once: what lies above the withdrawal would be gone.
  private void begin(Channel next, Event.WithdrawInitiated begun, Instant now) {
    jdbc.sql(
            """
            insert into escrow.withdrawal (tenant, channel, units, finalize_after)
            values (:tenant, :channel, :units, :after)
            on conflict (tenant, channel) do update
               set units = excluded.units, finalize_after = excluded.finalize_after\
            """)
        .param("tenant", next.terms().tenant().name())
        .param("channel", next.terms().id().hex())
        .param("units", new BigDecimal(begun.amount()))
        .param("after", begun.finalizeAfter().atOffset(ZoneOffset.UTC))
        .update();
    if (next.standing().unclaimed().signum() > 0) {
      wishes.want(Wish.of(next.terms(), Wish.Reason.WITHDRAWAL, now), now);
    }
  }

  private void end(Channel.Terms terms, Instant now) {
    wishes.alarms().over(terms.tenant(), terms.id(), Alarm.WITHDRAWAL_CLOSE, now);
    jdbc.sql("delete from escrow.withdrawal where tenant = :tenant and channel = :channel")
        .param("tenant", terms.tenant().name())
        .param("channel", terms.id().hex())
        .update();
  }

  /// Compares what is promised with what the channel holds: vouchers above it are lost, until a
  /// deposit makes them good. Empty where nothing changed.
  Optional<Fact> judge(Channel next, Bytes32 transaction, Instant now) {
    var standing = next.standing();
    var missing = standing.promised().subtract(standing.claimable());
    var before = lost(next.terms());
    int change = missing.compareTo(before);
    if (change == 0) {
      return Optional.empty();
    }
    save(next.terms(), missing);
    if (missing.signum() == 0) {
      var terms = next.terms();
      wishes.alarms().over(terms.tenant(), terms.id(), Alarm.CLAIM_TOO_LATE, now);
    }
    if (change < 0) {
      return Optional.of(new Fact.Regained(next.terms(), before.subtract(missing), transaction));
    }
    var amount = missing.subtract(before);
    wishes
        .alarms()
        .raise(
            new Alarm(
                next.terms().tenant(),
                Alarm.subject(next.terms().id()),
                Alarm.CLAIM_TOO_LATE,
                "The payer took back what he had promised: "
                    + amount
                    + " can no longer be claimed.",
                now));
    return Optional.of(new Fact.Lost(next.terms(), amount, transaction));
  }

  private BigInteger lost(Channel.Terms terms) {
    return jdbc.sql(
            """
            select lost from escrow.channel
             where tenant = :tenant and id = :id and side = 'RECEIVER'\
            """)
        .param("tenant", terms.tenant().name())
        .param("id", terms.id().hex())
        .query(BigDecimal.class)
        .single()
        .toBigIntegerExact();
  }

  private void save(Channel.Terms terms, BigInteger lost) {
    jdbc.sql(
            """
            update escrow.channel set lost = :lost
             where tenant = :tenant and id = :id and side = 'RECEIVER'\
            """)
        .param("lost", new BigDecimal(lost))
        .param("tenant", terms.tenant().name())
        .param("id", terms.id().hex())
        .update();
  }
}
