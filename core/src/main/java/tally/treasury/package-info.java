/// The reserve, prices, quotes, and granted spending power.
@ApplicationModule(
    allowedDependencies = {"money", "x402", "custody", "custody::port", "network", "network::port"})
@NullMarked
package tally.treasury;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
