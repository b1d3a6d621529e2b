package tally.server.internal;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Follower;
import tally.network.Transactions;
import tally.network.port.Chain.ChainUnavailable;
import tally.plugin.NetworkPlugin;
import tally.x402.Address;

/// How the chains fare, for an operator.
@RestController
@RequestMapping("/api/v1/networks")
class NetworkDoor {

  /// @param chain and `head`, the newest block that can be worked on: absent while the chain cannot
  ///   be asked
  /// @param house the address that sends for this node, and `funds` what it has for fees, in the
  ///   network's smallest unit
  record Fare(
      String name,
      @Nullable String chain,
      boolean real,
      @Nullable Long head,
      String house,
      @Nullable BigInteger funds,
      List<Waiting> waiting,
      List<Alarm> alarms) {}

  /// @param oldest when the oldest of them was ordered
  /// @param troubled how many of them something hinders
  record Waiting(String state, long count, Instant oldest, long troubled) {}

  record Alarm(String code, String text, long block, Instant at) {}

  /// @param from the first block to read again; what was taken from it once is not taken twice
  record Resume(@Nullable Long from) {}

  private final Accounts accounts;
  private final Custody custody;
  private final Transactions transactions;
  private final Follower follower;

  NetworkDoor(Accounts accounts, Custody custody, Transactions transactions, Follower follower) {
    this.accounts = accounts;
    this.custody = custody;
    this.transactions = transactions;
    this.follower = follower;
  }

  @GetMapping
  List<Fare> networks() {
    return accounts.networks().entrySet().stream()
        .map(one -> fare(one.getKey(), one.getValue()))
        .toList();
  }

  /// Goes on after a reorganisation that was deeper than the confirmations, once a person has
  /// compared chain and book.
  @PostMapping("/{name}/resume")
  Fare resume(@PathVariable String name, @RequestBody Resume resume) {
    var network = accounts.networks().get(name);
    if (network == null) {
      throw Refused.notFound();
    }
    if (resume.from() == null || resume.from() < 0 || !follower.resume(name, resume.from())) {
      throw new Refused(
          "network_not_stopped", "This network was not stopped, or has no such block yet.");
    }
    return fare(name, network);
  }

  private Fare fare(String name, NetworkPlugin.Network network) {
    var house = custody.address(new KeyRef(Tenant.HOUSE, Holder.HOUSE, name));
    var waiting =
        transactions.backlog().stream()
            .filter(row -> row.network().equals(name))
            .map(row -> new Waiting(row.state(), row.count(), row.oldest(), row.troubled()))
            .toList();
    var alarms =
        follower.alarms().stream()
            .filter(alarm -> alarm.network().equals(name))
            .map(alarm -> new Alarm(alarm.code(), alarm.text(), alarm.block(), alarm.at()))
            .toList();
    var now = ask(network, house);
    return new Fare(
        name,
        now.chain(),
        network.real(),
        now.head(),
        house.checksummed(),
        now.funds(),
        waiting,
        alarms);
  }

  private record Now(@Nullable String chain, @Nullable Long head, @Nullable BigInteger funds) {}

  private static Now ask(NetworkPlugin.Network network, Address house) {
    try {
      var chain = network.chain();
      return new Now(chain.facts().network(), chain.head().number(), chain.funds(house));
    } catch (ChainUnavailable away) {
      return new Now(null, null, null);
    }
  }
}
