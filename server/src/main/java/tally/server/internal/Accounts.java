package tally.server.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tally.delivery.port.Adapter;
import tally.money.Refusal;
import tally.payment.port.Gateway;
import tally.plugin.NetworkPlugin.Network;
import tally.plugin.Settings;

/// The gateway accounts, networks and adapters that the settings name, opened through their
/// plug-ins.
///
/// A wrong setting stops the start and is named; a kind that no plug-in offers leaves that account
/// out, and is named in `faults`.
public final class Accounts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

  /// One account as the settings have it.
  ///
  /// @param kind the word of its plug-in
  /// @param secrets what only this account gets; of a gateway, also what its webhooks are proved
  ///   with
  public record Order(String kind, Map<String, String> settings, Map<String, String> secrets) {
    public Order {
      settings = Map.copyOf(settings);
      secrets = Map.copyOf(secrets);
    }

    Settings all() {
      var all = new TreeMap<>(settings);
      all.putAll(secrets);
      return new Settings(all);
    }

    /// Names only: values may be secret.
    @Override
    public String toString() {
      return kind + settings.keySet() + secrets.keySet();
    }
  }

  private final Map<String, Gateway> gateways;
  private final Map<String, Network> networks;
  private final Map<String, Adapter> adapters;
  private final Map<String, List<String>> secrets = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  public Accounts(
      PlugIns plugIns,
      Map<String, Order> gateways,
      Map<String, Order> networks,
      Map<String, Order> adapters) {
    faults.addAll(plugIns.faults());
    this.gateways = open("gateways", gateways, plugIns.gateways(), (it, set) -> it.open(set));
    this.networks = open("networks", networks, plugIns.networks(), (it, set) -> it.open(set));
    this.adapters = open("adapters", adapters, plugIns.adapters(), (it, set) -> it.open(set));
    this.gateways
        .keySet()
        .forEach(name ->
            secrets.put(name, orderOf(gateways, name).secrets().values().stream().toList()));
  }

  public Map<String, Gateway> gateways() {
    return gateways;
  }

  public Map<String, Network> networks() {
    return networks;
  }

  public Map<String, Adapter> adapters() {
    return adapters;
  }

  /// The secrets of each gateway account, for the proof of its webhooks.
  public Map<String, List<String>> secrets() {
    return Map.copyOf(secrets);
  }

  public List<String> faults() {
    return List.copyOf(faults);
  }

  @Override
  public void close() {
    adapters.values().forEach(Adapter::close);
  }

  private static Order orderOf(Map<String, Order> orders, String name) {
    var order = orders.get(name);
    if (order == null) {
      throw new IllegalStateException("no order of " + name);
    }
    return order;
  }

  private <P, T> Map<String, T> open(
      String family,
      Map<String, Order> orders,
      Map<String, P> plugIns,
      BiFunction<P, Settings, T> opening) {
    var opened = new TreeMap<String, T>();
    orders.forEach((name, order) -> {
      var where = "tally." + family + "." + name;
      var plugIn = plugIns.get(order.kind());
      if (plugIn == null) {
        faults.add(where + " is not open: no plug-in is of the kind " + order.kind());
        LOG.error("{} is not open: no plug-in is of the kind {}", where, order.kind());
        return;
      }
      try {
        opened.put(name, opening.apply(plugIn, order.all()));
      } catch (IllegalArgumentException wrong) {
        var code = wrong instanceof Refusal refusal ? refusal.code() : "setting_wrong";
        throw new StartRefused(code, where + ": " + wrong.getMessage(), wrong);
      } catch (RuntimeException | LinkageError fault) {
        faults.add(where + " is not open: " + fault);
        LOG.error("{} is not open", where, fault);
      }
    });
    return java.util.Collections.unmodifiableMap(opened);
  }
}
