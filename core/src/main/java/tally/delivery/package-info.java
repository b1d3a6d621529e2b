/// Switches a bought service on and off through adapters.
@ApplicationModule(allowedDependencies = {"money", "x402", "metering"})
@NullMarked
package tally.delivery;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
