/// Store, workers and Spring configuration of the room `treasury`.
@NullMarked
package tally.treasury.internal;

import org.jspecify.annotations.NullMarked;
