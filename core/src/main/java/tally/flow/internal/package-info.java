/// Store, workers and Spring configuration of the room `flow`.
@NullMarked
package tally.flow.internal;

import org.jspecify.annotations.NullMarked;
