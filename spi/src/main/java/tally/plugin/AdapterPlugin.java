package tally.plugin;

import tally.delivery.port.Adapter;

/// Sells and buys one kind of metered service.
public interface AdapterPlugin {

  String kind();

  Adapter open(Settings settings);
}
