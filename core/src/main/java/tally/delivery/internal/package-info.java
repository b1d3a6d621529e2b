/// Store, workers and Spring configuration of the room `delivery`.
@NullMarked
package tally.delivery.internal;

import org.jspecify.annotations.NullMarked;
