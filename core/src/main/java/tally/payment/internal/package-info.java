/// Store, workers and Spring configuration of the room `payment`.
@NullMarked
package tally.payment.internal;

import org.jspecify.annotations.NullMarked;
