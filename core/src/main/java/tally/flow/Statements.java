package tally.flow;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import tally.ledger.Account;
import tally.ledger.Book;
import tally.ledger.Book.Written;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Holder;
import tally.money.Tenant;

/// What moved a person's money, read from the book: line by line, each with the story that it is
/// of.
public final class Statements {

  /// How many of the newest entries, and of the newest stories of a kind, are looked at.
  public static final int REACH = 1000;

  /// A payment that is taken back again and again is followed so far.
  private static final int ROUNDS_MAX = 5;

  private final Flows flows;
  private final Book book;

  public Statements(Flows flows, Book book) {
    this.flows = flows;
    this.book = book;
  }

  /// One change of what is available.
  ///
  /// @param seq place of the entry in the tenant's lane
  /// @param reason the entry's own word, such as `topup captured`
  /// @param came whether it came in, else it went out
  /// @param after what was available then, promises included
  /// @param story the top-up, purchase or refund that it is of; empty of a dispute
  public record Line(
      long seq,
      Instant at,
      UUID entry,
      String reason,
      boolean came,
      Amount amount,
      Amount after,
      Optional<FlowId> story) {}

  /// Newest first; at most 1000.
  public List<Line> lines(Tenant tenant, Holder holder, Asset asset) {
    var stories = stories(tenant, holder);
    var prefix = "available/" + holder + "/";
    var after =
        book.balances(tenant, prefix).stream()
            .filter(balance -> balance.asset().equals(asset))
            .map(balance -> balance.posted())
            .reduce(BigInteger.ZERO, BigInteger::add);
    var lines = new ArrayList<Line>();
    for (var written : book.entries(tenant, prefix, Long.MAX_VALUE, REACH)) {
      var change = change(written, holder, asset);
      if (change.signum() != 0) {
        var id = written.entry().id().value();
        lines.add(
            new Line(
                written.seq(),
                written.at(),
                id,
                written.entry().reason(),
                change.signum() > 0,
                new Amount(asset, change.abs()),
                new Amount(asset, after.max(BigInteger.ZERO)),
                Optional.ofNullable(stories.get(id))));
        after = after.subtract(change);
      }
    }
    return lines;
  }

  private static BigInteger change(Written written, Holder holder, Asset asset) {
    var sum = BigInteger.ZERO;
    for (var posting : written.entry().postings()) {
      if (posting.amount().asset().equals(asset)) {
        sum = of(posting.to(), holder) ? sum.add(posting.amount().units()) : sum;
        sum = of(posting.from(), holder) ? sum.subtract(posting.amount().units()) : sum;
      }
    }
    return sum;
  }

  private static boolean of(Account account, Holder holder) {
    return account instanceof Account.Available own && own.owner().equals(holder);
  }

  /// The entries of one story of this person's, oldest first; none where it is not his.
  public List<Written> entries(Tenant tenant, Holder holder, FlowId story) {
    var kept = flows.find(tenant, story).filter(one -> one.owner().equals(holder));
    if (kept.isEmpty()) {
      return List.of();
    }
    var flow = kept.get().flow();
    var own = made(flow).toList();
    var found = new HashMap<Long, Written>();
    for (var prefix :
        List.of(
            "available/" + holder + "/", "refunding/" + holder + "/", "power/" + holder + "/")) {
      for (var written : book.entries(tenant, prefix, Long.MAX_VALUE, REACH)) {
        if (own.contains(written.entry().id().value())) {
          found.put(written.seq(), written);
        }
      }
    }
    for (var account : accounts(flow)) {
      book.entries(tenant, account.path(), Long.MAX_VALUE, REACH)
          .forEach(written -> found.put(written.seq(), written));
    }
    return found.values().stream().sorted(Comparator.comparing(Written::seq)).toList();
  }

  /// Accounts of one story alone: a purchase's channel is its own.
  private static List<Account> accounts(Flow flow) {
    if (!(flow instanceof Purchase purchase)) {
      return List.of();
    }
    var data = purchase.data();
    var accounts = new ArrayList<Account>();
    accounts.add(new Account.Spending(data.buyer(), data.channel()));
    accounts.add(new Account.LockedOwn(data.buyer(), data.channel()));
    data.parts()
        .forEach(
            part -> accounts.add(new Account.Locked(data.buyer(), part.lot(), data.channel())));
    return accounts;
  }

  private Map<UUID, FlowId> stories(Tenant tenant, Holder holder) {
    var stories = new LinkedHashMap<UUID, FlowId>();
    for (var kind : List.of(Kind.TOP_UP, Kind.PURCHASE, Kind.REFUNDING)) {
      for (var kept : flows.list(tenant, kind, Optional.of(holder), REACH)) {
        made(kept.flow()).forEach(entry -> stories.put(entry, kept.flow().id()));
      }
    }
    return stories;
  }

  /// Ids of the entries that a story makes of a person's money.
  private static Stream<UUID> made(Flow flow) {
    return switch (flow) {
      case TopUp topUp ->
          Stream.concat(
              Stream.of(topUp.id().derive("captured")),
              Stream.iterate(1, round -> round + 1)
                  .limit(ROUNDS_MAX)
                  .map(round -> topUp.id().derive("returned/" + round)));
      case Purchase purchase ->
          purchase.data().parts().stream()
              .flatMap(part ->
                  Stream.of("settled/pays/", "settled/gets/", "converted/", "matured/")
                      .map(step -> purchase.id().derive(step + part.lot())));
      case Refunding refunding ->
          Stream.concat(
              Stream.of(refunding.id().derive("requested")),
              refunding.data().parts().stream()
                  .flatMap(part ->
                      Stream.of("completed/", "failed/", "bounced/")
                          .map(step -> refunding.id().derive(step + part.refund().value()))));
      case Settlement _, Chargeback _, Stocking _, Releasing _ -> Stream.empty();
    };
  }
}
