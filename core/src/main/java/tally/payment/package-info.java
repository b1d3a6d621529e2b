/// Money in and back through gateways: payments, refunds, disputes, the inbox of webhooks.
@ApplicationModule(allowedDependencies = "money")
@NullMarked
package tally.payment;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
