/// Chains: submit, watch, confirm, sign again. Bytes are stored before they are sent.
@ApplicationModule(allowedDependencies = {"money", "x402", "custody", "custody::port"})
@NullMarked
package tally.network;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
