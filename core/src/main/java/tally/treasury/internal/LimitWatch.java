package tally.treasury.internal;

import java.math.BigInteger;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tally.Worker;
import tally.network.Follower.Alarm;
import tally.network.port.Chain.Block;
import tally.network.port.Chain.ChainUnavailable;
import tally.treasury.Vaults;
import tally.treasury.port.Grants.Limit;

/// Raises an alarm, once on each of the chain's days, when most of what may leave a vault's hold
/// that day has left it: where all of it has, honest draws wait too.
final class LimitWatch implements Worker {

  static final String DAILY_LIMIT_NEAR = "DAILY_LIMIT_NEAR";

  /// Of the limit, in hundredths.
  static final int NEAR = 70;

  private static final long DAY = Duration.ofDays(1).toSeconds();

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final Vaults vaults;
  private final Function<String, Block> heads;
  private final Consumer<Alarm> alarms;
  private final Consumer<String> calm;

  /// @param calm is told of each network whose limit is not near, or not near any more
  LimitWatch(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      Vaults vaults,
      Function<String, Block> heads,
      Consumer<Alarm> alarms,
      Consumer<String> calm) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.vaults = vaults;
    this.heads = heads;
    this.alarms = alarms;
    this.calm = calm;
  }

  @Override
  public String name() {
    return "treasury-limit";
  }

  @Override
  public Duration pause() {
    return Duration.ofSeconds(15);
  }

  @Override
  public int tick() {
    int raised = 0;
    for (var vault : vaults.networks().entrySet()) {
      try {
        var limit = vault.getValue().limit();
        if (near(limit)) {
          raised += raise(vault.getKey(), limit, heads.apply(vault.getKey()));
        } else {
          calm.accept(vault.getKey());
        }
      } catch (ChainUnavailable laterThen) {
        // The next look will tell; other networks are not held up.
        continue;
      }
    }
    return raised;
  }

  static boolean near(Limit limit) {
    var used = limit.daily().subtract(limit.left());
    return used.signum() > 0
        && used.multiply(BigInteger.valueOf(100))
                .compareTo(limit.daily().multiply(BigInteger.valueOf(NEAR)))
            >= 0;
  }

  private int raise(String network, Limit limit, Block head) {
    Integer raised =
        transactions.execute(_ -> {
          int first =
              jdbc.sql(
                      """
                      insert into treasury.limit_alarm (network, day) values (:network, :day)
                      on conflict do nothing
                      """)
                  .param("network", network)
                  .param("day", head.time().getEpochSecond() / DAY)
                  .update();
          if (first == 1) {
            alarms.accept(alarm(network, limit, head));
          }
          return first;
        });
    return raised == null ? 0 : raised;
  }

  private static Alarm alarm(String network, Limit limit, Block head) {
    var text =
        "Of the "
            + limit.daily()
            + " units that may leave the vault's hold in a day, "
            + limit.left()
            + " are left.";
    return new Alarm(network, DAILY_LIMIT_NEAR, text, head.number(), head.time());
  }
}
