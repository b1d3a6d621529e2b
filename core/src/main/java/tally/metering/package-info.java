/// Readings of both sides, tariffs, lag, the verdict and the charge due.
@ApplicationModule(allowedDependencies = "money")
@NullMarked
package tally.metering;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
