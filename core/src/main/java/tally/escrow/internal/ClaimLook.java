package tally.escrow.internal;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Worker;
import tally.escrow.Channel;
import tally.escrow.ClaimCost;
import tally.escrow.ClaimPolicy;
import tally.escrow.Wish;
import tally.escrow.Wishes;
import tally.network.Chains;
import tally.network.port.Chain.ChainUnavailable;

/// Looks through what is promised and not claimed, page by page, and wishes for what the policy
/// calls worth a claim.
///
/// It asks for nothing while a voucher is taken: the hot path knows nothing of claims. What other
/// ways have missed, it finds.
final class ClaimLook implements Worker {

  /// Channels that one round looks at.
  static final int PAGE = 1000;

  private static final String FIRST = "";
  private final JdbcClient jdbc;
  private final Wishes.Store wishes;
  private final ClaimPolicy policy;
  private final ClaimCost cost;
  private final Chains chains;
  private final InstantSource clock;
  private final Duration pause;
  private Seen last = new Seen(FIRST, FIRST);

  ClaimLook(
      JdbcClient jdbc,
      Wishes.Store wishes,
      ClaimPolicy policy,
      ClaimCost cost,
      Chains chains,
      InstantSource clock,
      Duration pause) {
    this.jdbc = jdbc;
    this.wishes = wishes;
    this.policy = policy;
    this.cost = cost;
    this.chains = chains;
    this.clock = clock;
    this.pause = pause;
  }

  /// How far this pass has come, in the order of the table's key.
  private record Seen(String tenant, String channel) {}

  private record Found(Channel channel, BigInteger pending, Instant oldest) {}

  @Override
  public String name() {
    return "claim-look";
  }

  @Override
  public Duration pause() {
    return pause;
  }

  /// One page. A pass that is through begins anew after the pause.
  @Override
  public int tick() {
    var page = page();
    var costs = new HashMap<String, Optional<BigInteger>>();
    var now = clock.instant();
    for (var found : page) {
      var terms = found.channel().terms();
      var each = costs.computeIfAbsent(terms.network(), this::cost);
      policy
          .judge(new ClaimPolicy.Look(found.channel(), found.pending(), found.oldest(), each), now)
          .ifPresent(reason -> wishes.want(Wish.of(terms, reason, now), now));
    }
    boolean through = page.size() < PAGE;
    last = through ? new Seen(FIRST, FIRST) : seen(page.getLast().channel().terms());
    return through ? 0 : page.size();
  }

  private static Seen seen(Channel.Terms terms) {
    return new Seen(terms.tenant().name(), terms.id().hex());
  }

  /// Where the chain cannot be asked, the fixed amount decides.
  private Optional<BigInteger> cost(String network) {
    if (cost.equals(ClaimCost.UNKNOWN)) {
      return Optional.empty();
    }
    try {
      return chains.find(network).flatMap(chain -> cost.at(chain.fee(0)));
    } catch (ChainUnavailable unavailable) {
      return Optional.empty();
    }
  }

  private List<Found> page() {
    return jdbc.sql(
            """
            select c.*, p.pending,
                   (select v.at from escrow.voucher v
                     where v.tenant = c.tenant and v.channel = c.id and v.side = c.side
                       and v.max_claimable > greatest(c.claimed, p.pending)
                     order by v.max_claimable
                     limit 1) as oldest
              from escrow.channel c
             cross join lateral (
               select coalesce(max(k.total), 0) as pending from escrow.claim k
                where k.tenant = c.tenant and k.channel = c.id and k.state in ('Open', 'Acted')) p
             where (c.tenant, c.id) > (:tenant, :channel) and c.side = 'RECEIVER'
               and c.state in ('Open', 'Withdrawing', 'Closing')
               and least(c.promised, c.balance) > c.claimed
               and not exists (select 1 from escrow.wish w
                                where w.tenant = c.tenant and w.channel = c.id)
             order by c.tenant, c.id
             limit :most\
            """)
        .params(Map.of("tenant", last.tenant(), "channel", last.channel(), "most", PAGE))
        .query((row, number) -> {
          var kept = JdbcChannels.kept(row, number);
          var oldest = row.getTimestamp("oldest");
          return new Found(
              kept.channel(),
              JdbcChannels.number(row, "pending"),
              oldest == null ? kept.seenAt() : oldest.toInstant());
        })
        .list();
  }
}
