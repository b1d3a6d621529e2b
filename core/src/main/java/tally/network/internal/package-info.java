/// Store, workers and Spring configuration of the room `network`.
@NullMarked
package tally.network.internal;

import org.jspecify.annotations.NullMarked;
