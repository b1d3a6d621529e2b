/// Store, workers and Spring configuration of the room `party`.
@NullMarked
package tally.party.internal;

import org.jspecify.annotations.NullMarked;
