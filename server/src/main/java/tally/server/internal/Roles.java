package tally.server.internal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import tally.delivery.Delivery.Side;

/// What this node is for: any of processor, provider and consumer (`tally.roles`). A role opens
/// doors and starts workers; what belongs to no role is open and runs on every node.
@Component
public final class Roles {

  public enum Role {
    PROCESSOR,
    PROVIDER,
    CONSUMER
  }

  private static final Set<Role> TAKES_MONEY = EnumSet.of(Role.PROCESSOR);
  private static final Set<Role> SELLS = EnumSet.of(Role.PROVIDER);
  private static final Set<Role> BUYS = EnumSet.of(Role.CONSUMER);
  private static final Set<Role> DELIVERS = EnumSet.of(Role.PROVIDER, Role.CONSUMER);

  /// By the beginning of a route's pattern.
  static final Map<String, Set<Role>> DOORS =
      Map.ofEntries(
          Map.entry("/webhooks/", TAKES_MONEY),
          Map.entry("/money", TAKES_MONEY),
          Map.entry("/refund", TAKES_MONEY),
          Map.entry("/operate/payments", TAKES_MONEY),
          Map.entry("/operate/refunds", TAKES_MONEY),
          Map.entry("/operate/disputes", TAKES_MONEY),
          Map.entry("/operate/reserve", TAKES_MONEY),
          Map.entry("/market", BUYS),
          Map.entry("/services", BUYS),
          Map.entry("/sell/offer", SELLS),
          Map.entry("/api/v1/topups", TAKES_MONEY),
          Map.entry("/api/v1/refunds", TAKES_MONEY),
          Map.entry("/api/v1/reserve", TAKES_MONEY),
          Map.entry("/api/v1/payments", TAKES_MONEY),
          Map.entry("/api/v1/disputes", TAKES_MONEY),
          Map.entry("/api/v1/chargebacks", TAKES_MONEY),
          Map.entry("/api/v1/me/disputes", TAKES_MONEY),
          Map.entry("/api/v1/me/power", TAKES_MONEY),
          Map.entry("/api/v1/me/releases", TAKES_MONEY),
          Map.entry("/peer/", SELLS),
          Map.entry("/pay/", SELLS),
          Map.entry("/api/v1/quotes", BUYS),
          Map.entry("/api/v1/purchases", BUYS));

  /// By name.
  static final Map<String, Set<Role>> WORKERS =
      Map.ofEntries(
          Map.entry("payment-inbox", TAKES_MONEY),
          Map.entry("payment-catch-up", TAKES_MONEY),
          Map.entry("payment-janitor", TAKES_MONEY),
          Map.entry("treasury-outcomes", TAKES_MONEY),
          Map.entry("treasury-maturing", TAKES_MONEY),
          Map.entry("treasury-limit", TAKES_MONEY),
          Map.entry("vault-follower", TAKES_MONEY),
          Map.entry("claims", SELLS),
          Map.entry("payouts", SELLS),
          Map.entry("claim-look", SELLS),
          Map.entry("payer", BUYS),
          Map.entry("access-renewal", BUYS),
          Map.entry("delivery-janitor", DELIVERS),
          Map.entry("delivery-readings", DELIVERS));

  private static final String OFFERINGS = "/api/v1/offerings";
  private final Set<Role> roles;

  @Autowired
  Roles(Environment environment) {
    this(environment.getProperty("tally.roles", "processor,provider,consumer"));
  }

  /// @param written words separated by commas; throws `StartRefused` where one is none of the three
  public Roles(String written) {
    var read = EnumSet.noneOf(Role.class);
    for (var word : written.split(",", -1)) {
      read.add(role(word.strip()));
    }
    roles = read;
  }

  private static Role role(String word) {
    return Arrays.stream(Role.values())
        .filter(role -> word(role).equals(word))
        .findFirst()
        .orElseThrow(() ->
            new StartRefused(
                "role_unknown",
                "tally.roles are any of processor, provider, consumer; this is \"" + word + "\"."));
  }

  private static String word(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  public boolean has(Role role) {
    return roles.contains(role);
  }

  /// A provider serves, a consumer receives.
  Set<Side> sides() {
    var sides = EnumSet.noneOf(Side.class);
    if (has(Role.PROVIDER)) {
      sides.add(Side.SELLER);
    }
    if (has(Role.CONSUMER)) {
      sides.add(Side.BUYER);
    }
    return sides;
  }

  List<String> words() {
    return roles.stream().map(Roles::word).toList();
  }

  /// Everybody may read what is offered; only a provider offers.
  boolean opens(HttpMethod method, String pattern) {
    if (pattern.startsWith(OFFERINGS)) {
      return HttpMethod.GET.equals(method) || has(Role.PROVIDER);
    }
    return DOORS.entrySet().stream()
        .filter(door -> pattern.startsWith(door.getKey()))
        .allMatch(door -> isOneOf(door.getValue()));
  }

  boolean runs(String worker) {
    var wanted = WORKERS.get(worker);
    return wanted == null || isOneOf(wanted);
  }

  private boolean isOneOf(Set<Role> wanted) {
    return wanted.stream().anyMatch(roles::contains);
  }
}
