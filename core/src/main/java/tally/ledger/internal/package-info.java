/// Store, workers and Spring configuration of the room `ledger`.
@NullMarked
package tally.ledger.internal;

import org.jspecify.annotations.NullMarked;
