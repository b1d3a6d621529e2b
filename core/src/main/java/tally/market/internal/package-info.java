/// Store, workers and Spring configuration of the room `market`.
@NullMarked
package tally.market.internal;

import org.jspecify.annotations.NullMarked;
