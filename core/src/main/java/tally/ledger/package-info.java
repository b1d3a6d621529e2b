/// The book: accounts, entries, holds and lots. Append-only; every movement of value is an entry.
@ApplicationModule(allowedDependencies = {"money", "x402"})
@NullMarked
package tally.ledger;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
