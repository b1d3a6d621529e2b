/// Who takes part: local accounts, sign-in, sessions, API keys, tenants, allowances.
@ApplicationModule(allowedDependencies = "money")
@NullMarked
package tally.party;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
