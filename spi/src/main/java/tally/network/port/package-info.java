/// What a chain must offer to carry transactions.
@NullMarked
package tally.network.port;

import org.jspecify.annotations.NullMarked;
