/// The stories: each a sealed state with a pure step; and every movement of value on one page.
@ApplicationModule(
    allowedDependencies = {
      "money",
      "x402",
      "ledger",
      "party",
      "custody",
      "metering",
      "network",
      "network::port",
      "payment",
      "payment::port",
      "delivery",
      "delivery::port",
      "escrow",
      "treasury",
      "treasury::port",
      "market"
    })
@NullMarked
package tally.flow;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
