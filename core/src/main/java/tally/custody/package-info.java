/// Keys of users and of the house: it signs only intents that it encoded itself and a policy
/// allows.
@ApplicationModule(allowedDependencies = {"money", "x402"})
@NullMarked
package tally.custody;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
