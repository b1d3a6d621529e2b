/// Store, workers and Spring configuration of the room `escrow`.
@NullMarked
package tally.escrow.internal;

import org.jspecify.annotations.NullMarked;
