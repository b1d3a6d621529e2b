/// Offerings: what a provider sells, where and on which terms.
@ApplicationModule(
    allowedDependencies = {
      "money",
      "x402",
      "metering",
      "network",
      "network::port",
      "delivery",
      "delivery::port"
    })
@NullMarked
package tally.market;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
