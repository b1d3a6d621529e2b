package tally.plugin;

import tally.payment.port.Gateway;

/// Reaches the payment gateways of one kind.
public interface GatewayPlugin {

  String kind();

  /// Opens one account at the gateway. Throws `IllegalArgumentException` that names the wrong
  /// setting.
  Gateway open(Settings settings);
}
