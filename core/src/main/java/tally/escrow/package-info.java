/// Payment channels and vouchers, of both sides.
@ApplicationModule(
    allowedDependencies = {"money", "x402", "custody", "custody::port", "network", "network::port"})
@NullMarked
package tally.escrow;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
