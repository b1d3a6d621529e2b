package tally.server.internal;

import java.util.List;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.money.Holder;
import tally.money.Tenant;

/// What this node is, for anybody who reaches its private listener.
@RestController
class NodeDoor {

  /// @param house the address of the house's own key
  record Network(String name, String caip2, boolean real, String house) {}

  record Node(
      String name,
      String version,
      boolean test,
      List<String> roles,
      List<Network> networks,
      List<Views.Way> gateways,
      Storage.Facts database,
      String publicUrl,
      List<String> faults) {}

  private final Environment environment;
  private final Accounts accounts;
  private final Custody custody;
  private final Storage storage;
  private final PublicListener listener;
  private final Ways ways;
  private final Roles roles;

  NodeDoor(
      Environment environment,
      Accounts accounts,
      Custody custody,
      Storage storage,
      PublicListener listener,
      Ways ways,
      Roles roles) {
    this.environment = environment;
    this.accounts = accounts;
    this.custody = custody;
    this.storage = storage;
    this.listener = listener;
    this.ways = ways;
    this.roles = roles;
  }

  @GetMapping("/api/v1/node")
  Node node() {
    var networks =
        accounts.networks().entrySet().stream()
            .map(it ->
                new Network(
                    it.getKey(),
                    it.getValue().chain().facts().network(),
                    it.getValue().real(),
                    custody
                        .address(new KeyRef(Tenant.HOUSE, Holder.HOUSE, it.getKey()))
                        .checksummed()))
            .toList();
    return new Node(
        "tally",
        environment.getProperty("tally.version", "0.1.0-SNAPSHOT"),
        environment.getProperty("tally.test", Boolean.class, true),
        roles.words(),
        networks,
        ways.all(),
        storage.facts(),
        listener.url(),
        accounts.faults());
  }
}
